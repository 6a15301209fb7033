/* SPDX-License-Identifier: Apache-2.0 */
/* An office of 27. The two protected officers stand in different chains of command, so that
 * whoever is accused leaves two readers and a pair of custodians (engine/vault/directory.h). */
#include "cli/demo.h"

#define SHOWN   true, false
#define HIDDEN  false, false
#define OUTSIDE false, true

const NewPerson demo_people[] = {
    {"somkiat", "นายกองค์การบริหารส่วนตำบล", "Chief executive", "", "", "chief_executive", SHOWN},
    {"pranee", "รองนายกองค์การบริหารส่วนตำบล", "Deputy chief executive", "", "somkiat",
     "deputy_executive", SHOWN},
    {"boonmee", "สมาชิกสภา หมู่ที่ 2", "Council member, Moo 2", "", "", "council_member", SHOWN},
    {"prasert", "ปลัดองค์การบริหารส่วนตำบล", "Municipal clerk", "clerk_office", "somkiat", "clerk",
     SHOWN},
    {"wichai", "หัวหน้าสำนักปลัด", "Head of the Clerk's Office", "clerk_office", "prasert",
     "chief_of_office unit_head", SHOWN},
    {"somsri", "เจ้าหน้าที่รับเรื่องร้องเรียน", "Intake officer", "clerk_office", "wichai", "intake_officer",
     SHOWN},
    {"malee", "เจ้าหน้าที่ธุรการ ศูนย์รับเรื่องราวร้องทุกข์", "Intake officer, complaint centre", "clerk_office",
     "wichai", "intake_officer", SHOWN},
    {"thawat", "นักป้องกันและบรรเทาสาธารณภัย", "Disaster prevention officer", "clerk_office", "wichai",
     "unit_officer", SHOWN},
    {"pongsak", "นักวิชาการคอมพิวเตอร์ (ผู้ดูแลระบบ)", "Computer officer (administrator)", "clerk_office",
     "wichai", "administrator", HIDDEN},
    {"wipa", "นิติกร", "Legal officer", "clerk_office", "wichai", "protected_officer", SHOWN},
    {"anucha", "ผู้อำนวยการกองช่าง", "Director of Public Works", "public_works", "prasert",
     "unit_head", SHOWN},
    {"kitti", "นายช่างโยธา", "Civil works technician", "public_works", "anucha", "unit_officer",
     SHOWN},
    {"orathai", "ผู้อำนวยการกองสาธารณสุขและสิ่งแวดล้อม", "Director of Public Health", "health", "prasert",
     "unit_head", SHOWN},
    {"nipa", "นักวิชาการสาธารณสุข", "Public health officer", "health", "orathai", "unit_officer",
     SHOWN},
    {"ratree", "ผู้อำนวยการกองสวัสดิการสังคม", "Director of Social Welfare", "welfare", "prasert",
     "unit_head", SHOWN},
    {"chalerm", "นักพัฒนาชุมชน", "Community development officer", "welfare", "ratree", "unit_officer",
     SHOWN},
    {"bussaba", "ผู้อำนวยการกองการศึกษา", "Director of Education", "education", "prasert", "unit_head",
     SHOWN},
    {"kanchana", "นักวิชาการศึกษา", "Education officer", "education", "bussaba", "unit_officer",
     SHOWN},
    {"sunee", "ครูผู้ดูแลเด็ก (ผู้เก็บรักษากุญแจตัวตน)", "Child-centre teacher (identity custodian)",
     "education", "bussaba", "custodian", HIDDEN},
    {"mongkol", "ผู้อำนวยการกองคลัง", "Director of Finance", "finance", "prasert", "unit_head", SHOWN},
    {"jintana", "นักวิชาการเงินและบัญชี", "Finance and accounting officer", "finance", "mongkol",
     "unit_officer", SHOWN},
    {"nonglak", "นักวิชาการตรวจสอบภายใน", "Internal auditor", "internal_audit", "somkiat",
     "internal_auditor auditor", SHOWN},
    {"prasit", "เจ้าหน้าที่รับเรื่องร้องเรียนการทุจริต (หน่วยตรวจสอบภายใน)",
     "Protected-channel officer (Internal Audit)", "internal_audit", "somkiat", "protected_officer",
     SHOWN},
    {"arthit", "ปลัดอำเภอ (ผู้รับเรื่องภายนอก)", "District officer (outside reader)", "", "",
     "protected_officer outside_guardian", OUTSIDE},
    {"benjawan", "นิติกร เทศบาลตำบลข้างเคียง (ผู้รับเรื่องภายนอก)",
     "Legal officer of the neighbouring municipality (outside reader)", "", "", "internal_auditor",
     OUTSIDE},
    {"chaiwat", "ผู้อำนวยการโรงเรียน (ผู้เก็บรักษากุญแจตัวตน)", "Head teacher (identity custodian)", "", "",
     "custodian", OUTSIDE},
    {"lamai", "ผู้อำนวยการ รพ.สต. (ผู้เก็บรักษากุญแจตัวตน)", "Health centre director (identity custodian)",
     "", "", "custodian", OUTSIDE},
};
const size_t demo_people_n = sizeof(demo_people) / sizeof(demo_people[0]);
