/* SPDX-License-Identifier: Apache-2.0 */
/* A workflow small enough to have in one's head, with one of everything the core knows. */
#pragma once

#include "engine/core/flow.h"

enum {
    INTAKE = ROLE_FIRST_DECLARED,
    OFFICER, /* in the unit of the case */
    HEAD,    /* likewise */
    CLERK,
    CHAIR, /* named for the case */
    SMALL_ROLES,
};
enum {
    F_SUBJECT,
    F_CATEGORY, /* 0 road, 1 other */
    F_UNIT,
    F_REASON,
    F_EXTERNAL_DUE,
    F_ACCUSED,
    F_FINDING, /* 0 yes, 1 no */
    F_FINDING_ON,
    F_CHAIR,
    F_NAME,
    F_FILES,
    F_VALUE,
    F_MAIN,
    F_POINTS, /* checklist 0 a, 1 b */
    F_NOTICE,
    SMALL_FIELDS,
};
enum {
    S_RECEIVED,
    S_SCREENING,
    S_NEED_INFO,
    S_WORKING,
    S_NOTIFIED,
    S_FACTS,
    S_CLOSED,
    SMALL_STATES,
};
enum {
    A_START,
    A_ASK,
    A_ANSWER,
    A_ASSIGN,
    A_NOTIFY,
    A_REVIEW,
    A_CLOSE,
    A_REOPEN,
    A_APPOINT,
    A_REPORT,
    A_RECORD,
    A_WITHDRAW,
    A_MERGE,
    SMALL_ACTIONS,
};
enum {
    D_FIRST,
    D_WORK,
    D_REPLY,
    D_REVIEW,
    D_PENALTY,
    D_COPY,
    D_URGENT,
    D_FACTS,
    SMALL_DEADLINES,
};
enum { M_ASK, M_RESULT, M_DELAY, SMALL_MESSAGES };

#define CAL(n)                                                                                     \
    {                                                                                              \
        (n), SPAN_CALENDAR_DAYS                                                                    \
    }
#define WORK(n)                                                                                    \
    {                                                                                              \
        (n), SPAN_WORKING_DAYS                                                                     \
    }
#define NO_NEEDS                                                                                   \
    {                                                                                              \
        .message = DEF_NONE                                                                        \
    }
#define NO_EFFECT                                                                                  \
    {                                                                                              \
        .unit = DEF_NONE, .assignee = ASSIGNEE_KEEPS, .exclude = DEF_NONE, .link = DEF_NONE        \
    }
#define ONE_FIELD(f)                                                                               \
    {                                                                                              \
        {                                                                                          \
            (f) < 64 ? MASK64((f) % 64) : 0, (f) < 64 ? 0 : MASK64((f) % 64)                       \
        }                                                                                          \
    }

/* With the calendar of the caller. */
static inline void small_def(Def *ret, const Calendar *calendar)
{
    static Choice categories[] = {{.id = {"road", 4}}, {.id = {"other", 5}}};
    static Choice yes_no[] = {{.id = {"yes", 3}}, {.id = {"no", 2}}};
    static Choice points[] = {{.id = {"a", 1}}, {.id = {"b", 1}}};
    static const Condition is_road[] = {{.field = F_CATEGORY, .choices = 1}};
    static const Condition has_finding[] = {{.field = F_FINDING, .choices = 1}};
    static const Restart restarts[] = {{.deadline = D_FIRST},
                                       {.deadline = D_FACTS, .has_span = true, .span = CAL(9)}};
    static const SetField sets[] = {{.field = F_FINDING, .choice = {"no", 2}}};
    static const MemberEffect members[] = {{.role = CHAIR, .field = F_CHAIR}};
    static const Renewal renewals[] = {{.action = A_ASK, .span = CAL(15)}};
    static const uint8_t first[] = {HEAD, CLERK};
    static const LimitBy limits[] = {{.choices = 1, .limit = WORK(3)}};
    static const Rung ladder[] = {
        {.kind = RUNG_BEFORE, .offset = WORK(2), .to = MASK32(ROLE_ASSIGNEE)},
        {.kind = RUNG_OVERDUE, .offset = CAL(0), .to = MASK32(HEAD)},
        {.kind = RUNG_OVERDUE, .offset = CAL(0), .first = first, .n_first = 2},
        {.kind = RUNG_OVERDUE,
         .offset = CAL(7),
         .to = MASK32(CLERK),
         .repeats = true,
         .repeat = CAL(7)},
    };
    static const Rung reminder[] = {
        {.kind = RUNG_AFTER_START, .offset = CAL(10), .to = MASK32(ROLE_COMPLAINANT)}};
    const StateMask open = MASK64(S_CLOSED) - 1;
    *ret = (Def){
        .id = STR("small"),
        .calendar = calendar,
        .n_roles = SMALL_ROLES,
        .n_fields = SMALL_FIELDS,
        .n_states = SMALL_STATES,
        .n_actions = SMALL_ACTIONS,
        .n_deadlines = SMALL_DEADLINES,
        .n_messages = SMALL_MESSAGES,
        .initial = S_RECEIVED,
        .final = MASK64(S_CLOSED),
        .waiting = MASK64(S_NEED_INFO) | MASK64(S_NOTIFIED),
        .receipt = DEF_NONE,
        .roles = {[INTAKE] = {.id = STR("intake")},
                  [OFFICER] = {.id = STR("officer"), .scope = SCOPE_UNIT},
                  [HEAD] = {.id = STR("head"), .scope = SCOPE_UNIT},
                  [CLERK] = {.id = STR("clerk")},
                  [CHAIR] = {.id = STR("chair"), .scope = SCOPE_CASE}},
        .access.readers = {[CLASS_OPEN] = MASK32(INTAKE) | MASK32(OFFICER) | MASK32(CLERK),
                           [CLASS_WORKING] = MASK32(CHAIR) | MASK32(CLERK),
                           [CLASS_CONFIDENTIAL] = MASK32(INTAKE) | MASK32(OFFICER)},
        .intake = {.modes = IDENTITY_OPEN | IDENTITY_ANONYMOUS,
                   .default_mode = IDENTITY_OPEN,
                   .when_open = CLASS_IDENTITY,
                   .by = MASK32(ROLE_COMPLAINANT) | MASK32(INTAKE),
                   .received_from = DEF_NONE,
                   .asks = {{MASK64(F_SUBJECT) | MASK64(F_CATEGORY) | MASK64(F_NAME) |
                             MASK64(F_FILES) | MASK64(F_FINDING_ON)}},
                   .required = {{MASK64(F_SUBJECT) | MASK64(F_NAME)}},
                   .asks_staff = {{MASK64(F_EXTERNAL_DUE)}}},
        .fields =
            {
                [F_SUBJECT] = {.id = STR("subject"),
                               .type = FIELD_TEXT,
                               .max_chars = 20,
                               .class = CLASS_CONFIDENTIAL},
                [F_CATEGORY] = {.id = STR("category"),
                                .type = FIELD_CHOICE,
                                .class = CLASS_OPEN,
                                .choices = categories,
                                .n_choices = 2},
                [F_UNIT] = {.id = STR("unit"), .type = FIELD_UNIT, .class = CLASS_OPEN},
                [F_REASON] = {.id = STR("reason"),
                              .type = FIELD_LONG_TEXT,
                              .class = CLASS_CONFIDENTIAL},
                [F_EXTERNAL_DUE] = {.id = STR("external_due"),
                                    .type = FIELD_DATE,
                                    .class = CLASS_OPEN},
                [F_ACCUSED] = {.id = STR("accused"),
                               .type = FIELD_STAFF,
                               .many = true,
                               .other = true,
                               .unknown = true,
                               .class = CLASS_CONFIDENTIAL},
                [F_FINDING] = {.id = STR("finding"),
                               .type = FIELD_YES_NO,
                               .class = CLASS_OPEN,
                               .choices = yes_no,
                               .n_choices = 2},
                [F_FINDING_ON] = {.id = STR("finding_on"), .type = FIELD_DATE, .class = CLASS_OPEN},
                [F_CHAIR] = {.id = STR("chair"), .type = FIELD_STAFF, .class = CLASS_WORKING},
                [F_NAME] = {.id = STR("name"),
                            .type = FIELD_TEXT,
                            .max_chars = 4000,
                            .class = CLASS_IDENTITY},
                [F_FILES] = {.id = STR("files"),
                             .type = FIELD_FILES,
                             .max_count = 2,
                             .max_mb = 1,
                             .accepts = FILE_PNG | FILE_PDF,
                             .class = CLASS_CONFIDENTIAL},
                [F_VALUE] = {.id = STR("value"), .type = FIELD_NUMBER, .class = CLASS_OPEN},
                [F_MAIN] = {.id = STR("main"), .type = FIELD_CASE, .class = CLASS_OPEN},
                [F_POINTS] = {.id = STR("points"),
                              .type = FIELD_CHECKLIST,
                              .class = CLASS_CONFIDENTIAL,
                              .choices = points,
                              .n_choices = 2},
                [F_NOTICE] = {.id = STR("notice"), .type = FIELD_NOTICE, .class = CLASS_OPEN},
            },
        .states =
            {
                [S_RECEIVED] = {.id = STR("received"), .kind = STATE_INITIAL, .owner = INTAKE},
                [S_SCREENING] = {.id = STR("screening"), .owner = INTAKE},
                [S_NEED_INFO] = {.id = STR("need_info"), .kind = STATE_WAITING, .owner = INTAKE},
                [S_WORKING] = {.id = STR("working"), .owner = OFFICER},
                [S_NOTIFIED] = {.id = STR("notified"), .kind = STATE_WAITING, .owner = INTAKE},
                [S_FACTS] = {.id = STR("facts"), .owner = CHAIR},
                [S_CLOSED] = {.id = STR("closed"), .kind = STATE_FINAL, .owner = DEF_NONE},
            },
        .messages = {[M_ASK] = {.id = STR("M2")},
                     [M_RESULT] = {.id = STR("M6")},
                     [M_DELAY] = {.id = STR("M4")}},
        .survey = {.after = MASK64(S_CLOSED)},
        .conflict = {.executive_only = MASK64(A_START) | MASK64(A_CLOSE)},
    };
    Action *a = ret->actions;
    for (uint8_t i = 0; i < SMALL_ACTIONS; i++)
        a[i] = (Action){.to = TO_STAY,
                        .by = MASK32(INTAKE),
                        .needs = NO_NEEDS,
                        .may = NO_NEEDS,
                        .after = DEF_NONE,
                        .until = DEF_NONE,
                        .tells = DEF_NONE,
                        .effects = NO_EFFECT};
    a[A_START].id = STR("start");
    a[A_START].from = MASK64(S_RECEIVED);
    a[A_START].to = S_SCREENING;
    a[A_START].effects.number = true;
    a[A_START].may.fields = (FieldSet){{MASK64(F_ACCUSED) | MASK64(F_CATEGORY)}};
    a[A_START].effects.exclude = F_ACCUSED;
    a[A_ASK].id = STR("ask");
    a[A_ASK].from = MASK64(S_SCREENING) | MASK64(S_WORKING);
    a[A_ASK].to = S_NEED_INFO;
    a[A_ASK].by |= MASK32(OFFICER);
    a[A_ASK].needs.message = M_ASK;
    a[A_ANSWER].id = STR("answer");
    a[A_ANSWER].from = MASK64(S_NEED_INFO);
    a[A_ANSWER].to = TO_PREVIOUS;
    a[A_ANSWER].by |= MASK32(ROLE_COMPLAINANT);
    a[A_ANSWER].needs.fields = (FieldSet)ONE_FIELD(F_REASON);
    a[A_ASSIGN].id = STR("assign");
    a[A_ASSIGN].from = MASK64(S_SCREENING);
    a[A_ASSIGN].to = S_WORKING;
    a[A_ASSIGN].by = MASK32(CLERK);
    a[A_ASSIGN].delegable = MASK32(INTAKE);
    a[A_ASSIGN].only_if = is_road;
    a[A_ASSIGN].n_only_if = 1;
    a[A_ASSIGN].needs.fields = (FieldSet)ONE_FIELD(F_UNIT);
    a[A_ASSIGN].effects.unit = F_UNIT;
    a[A_ASSIGN].effects.assignee = ASSIGNEE_ACTOR;
    a[A_NOTIFY].id = STR("notify");
    a[A_NOTIFY].from = MASK64(S_WORKING);
    a[A_NOTIFY].to = S_NOTIFIED;
    a[A_NOTIFY].by = MASK32(OFFICER) | MASK32(CLERK);
    a[A_NOTIFY].approve = (Approve){.by = MASK32(CLERK), .not_same_person = true};
    a[A_NOTIFY].needs.message = M_RESULT;
    a[A_REVIEW].id = STR("review");
    a[A_REVIEW].from = MASK64(S_NOTIFIED);
    a[A_REVIEW].to = S_SCREENING;
    a[A_REVIEW].by = MASK32(ROLE_COMPLAINANT);
    a[A_REVIEW].until = D_REVIEW;
    a[A_REVIEW].times = 1;
    a[A_CLOSE].id = STR("close");
    a[A_CLOSE].from = MASK64(S_NOTIFIED);
    a[A_CLOSE].to = S_CLOSED;
    a[A_CLOSE].after = D_REVIEW;
    a[A_CLOSE].sets = sets;
    a[A_CLOSE].n_sets = 1;
    a[A_CLOSE].tells = M_RESULT;
    a[A_REOPEN].id = STR("reopen");
    a[A_REOPEN].from = MASK64(S_CLOSED);
    a[A_REOPEN].to = S_SCREENING;
    a[A_REOPEN].by = MASK32(CLERK);
    a[A_REOPEN].restarts = restarts;
    a[A_REOPEN].n_restarts = 2;
    a[A_REOPEN].needs.declare = STR("no_conflict");
    a[A_APPOINT].id = STR("appoint");
    a[A_APPOINT].from = MASK64(S_SCREENING) | MASK64(S_FACTS);
    a[A_APPOINT].to = S_FACTS;
    a[A_APPOINT].by = MASK32(CLERK);
    a[A_APPOINT].needs.fields = (FieldSet)ONE_FIELD(F_CHAIR);
    a[A_APPOINT].effects.members = members;
    a[A_APPOINT].effects.n_members = 1;
    a[A_APPOINT].member_declares = STR("no_conflict");
    a[A_REPORT].id = STR("report");
    a[A_REPORT].from = MASK64(S_FACTS);
    a[A_REPORT].to = S_SCREENING;
    a[A_REPORT].by = MASK32(CHAIR);
    a[A_REPORT].effects.open.workflow = STR("other");
    a[A_RECORD].id = STR("record");
    a[A_RECORD].from = open;
    a[A_RECORD].may.fields = (FieldSet){
        {MASK64(F_FINDING) | MASK64(F_FINDING_ON) | MASK64(F_EXTERNAL_DUE) | MASK64(F_CATEGORY)}};
    a[A_RECORD].needs.note = true;
    a[A_WITHDRAW].id = STR("withdraw");
    a[A_WITHDRAW].from = open;
    a[A_WITHDRAW].to = S_CLOSED;
    a[A_WITHDRAW].by = MASK32(ROLE_COMPLAINANT);
    a[A_MERGE].id = STR("merge");
    a[A_MERGE].from = open;
    a[A_MERGE].needs.fields = (FieldSet)ONE_FIELD(F_MAIN);
    a[A_MERGE].effects.link = F_MAIN;
    Deadline *d = ret->deadlines;
    for (uint8_t i = 0; i < SMALL_DEADLINES; i++)
        d[i] = (Deadline){.limit_field = DEF_NONE,
                          .due_override = DEF_NONE,
                          .from_overdue = DEF_NONE,
                          .extend = {.needs = NO_NEEDS, .beyond = NO_NEEDS}};
    d[D_FIRST].id = STR("first");
    d[D_FIRST].limit = (Span)CAL(15);
    d[D_FIRST].met_enter = MASK64(S_NOTIFIED) | MASK64(S_CLOSED);
    d[D_FIRST].due_override = F_EXTERNAL_DUE;
    d[D_FIRST].renewals = renewals;
    d[D_FIRST].n_renewals = 1;
    d[D_FIRST].rungs = ladder;
    d[D_FIRST].n_rungs = 4;
    d[D_FIRST].extend = (Extend){.in = MASK64(S_WORKING),
                                 .by = MASK32(OFFICER),
                                 .by_at_most = CAL(15),
                                 .times = 2,
                                 .needs = {.message = M_DELAY},
                                 .beyond = {.message = DEF_NONE, .fields = ONE_FIELD(F_REASON)},
                                 .has_beyond = true,
                                 .approve = {.by = MASK32(HEAD), .not_same_person = true}};
    d[D_WORK].id = STR("work");
    d[D_WORK].from = FROM_STAGE;
    d[D_WORK].from_index = S_WORKING;
    d[D_WORK].limit = (Span)WORK(7);
    d[D_WORK].limit_field = F_CATEGORY;
    d[D_WORK].limits = limits;
    d[D_WORK].n_limits = 1;
    d[D_WORK].stops_in = MASK64(S_NEED_INFO);
    d[D_WORK].met_extends = MASK32(D_FIRST);
    d[D_REPLY].id = STR("reply");
    d[D_REPLY].from = FROM_STAGE;
    d[D_REPLY].from_index = S_NEED_INFO;
    d[D_REPLY].limit = (Span)CAL(15);
    d[D_REPLY].rolls = true;
    d[D_REPLY].rungs = reminder;
    d[D_REPLY].n_rungs = 1;
    d[D_REVIEW].id = STR("review");
    d[D_REVIEW].from = FROM_STAGE;
    d[D_REVIEW].from_index = S_NOTIFIED;
    d[D_REVIEW].limit = (Span)CAL(15);
    d[D_PENALTY].id = STR("penalty");
    d[D_PENALTY].from = FROM_FIELD;
    d[D_PENALTY].from_index = F_FINDING_ON;
    d[D_PENALTY].only_if = has_finding;
    d[D_PENALTY].n_only_if = 1;
    d[D_PENALTY].limit = (Span)CAL(30);
    d[D_PENALTY].met_actions = MASK64(A_REPORT);
    d[D_COPY].id = STR("copy");
    d[D_COPY].from = FROM_ACTION;
    d[D_COPY].from_index = A_REPORT;
    d[D_COPY].limit = (Span)CAL(15);
    d[D_COPY].repeat_by = MASK64(A_RECORD);
    d[D_URGENT].id = STR("urgent");
    d[D_URGENT].only_if = is_road;
    d[D_URGENT].n_only_if = 1;
    d[D_URGENT].limit = (Span)CAL(1);
    d[D_URGENT].met_enter = MASK64(S_WORKING);
    d[D_FACTS].id = STR("facts");
    d[D_FACTS].limit = (Span)CAL(30);
    d[D_FACTS].stops_in = MASK64(S_NEED_INFO);
    d[D_FACTS].stops_bounded = true;
    d[D_FACTS].stops_at_most = 15;
}
