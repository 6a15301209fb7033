/* SPDX-License-Identifier: Apache-2.0 */
/* Everything the page says, in both languages. */
import type { FaultCode } from "./fault.ts";
import type { Ground } from "./request.ts";

export type Lang = "th" | "en";
export type Said = Record<Lang, string>;

const said = (th: string, en: string): Said => ({ th, en });

export const WORDS = {
  title: said("กระดิ่ง · ผู้รักษากุญแจ", "Krading · custodians"),
  other: said("English", "ภาษาไทย"),
  heading: said("คำขอเปิดข้อมูลผู้แจ้ง", "A request to open an identity"),
  lead: said(
    "หน้านี้ทำงานในเครื่องของท่านเท่านั้น ไม่ใช้อินเทอร์เน็ต ไม่มีสิ่งใดออกจากเครื่องนี้ จนกว่าท่านจะส่งไฟล์คำตอบเอง",
    "This page works on your device alone, without the internet. Nothing leaves it until you pass on the answer file yourself.",
  ),
  request: said("ไฟล์คำขอ", "Request file"),
  requestHelp: said("ไฟล์ที่เจ้าหน้าที่ส่งมาให้ท่าน", "The file that the officer sent you."),
  key: said("ไฟล์กุญแจของท่าน", "Your key file"),
  keyHelp: said(
    "ไฟล์ที่ท่านทำไว้ด้วยตนเอง เก็บไว้กับท่านคนเดียว",
    "The file you made yourself and keep to yourself.",
  ),
  passphrase: said("รหัสผ่านของไฟล์กุญแจ", "Passphrase of the key file"),
  passphraseHelp: said(
    "หกคำที่ท่านจดไว้บนกระดาษ เว้นวรรคหรือใช้ขีดก็ได้",
    "The six words you wrote down; spaces or hyphens, either will do.",
  ),
  show: said("แสดงรหัสผ่าน", "Show the passphrase"),
  open: said("เปิดอ่านคำขอ", "Read the request"),
  working: said(
    "กำลังเปิดไฟล์กุญแจ อาจใช้เวลาหลายวินาที",
    "Opening your key file. This can take some seconds.",
  ),
  asks: said("เจ้าหน้าที่ขอให้ท่านช่วยพิจารณา", "An officer asks you to decide"),
  checked: said(
    "ตรวจแล้ว: ทุกข้อด้านล่างเป็นข้อความที่เจ้าหน้าที่ผู้นี้ลงลายมือชื่อไว้ ไม่มีใครแก้ระหว่างทาง",
    "Checked: this officer signed everything below, and nobody changed it on the way.",
  ),
  case: said("เลขเรื่อง", "Case number"),
  officer: said("ผู้ขอ และผู้เดียวที่จะได้เห็น", "Who asks, and who alone will see it"),
  roles: said("หน้าที่ตามรายชื่อที่หน่วยงานลงลายมือชื่อ", "Roles, by the office's signed list"),
  ground: said("เหตุ (ผู้แจ้งจะได้รับทราบ)", "Ground (the informant will be told)"),
  reason: said("เหตุผลของเจ้าหน้าที่", "The officer's reason"),
  until: said("ใช้ได้ถึง", "Holds until"),
  meaning: said("ถ้าท่านตกลง", "If you agree"),
  meaningText: said(
    "ส่วนของกุญแจที่ท่านเก็บไว้จะถูกผนึกให้เจ้าหน้าที่คนนี้คนเดียว เมื่อผู้รักษากุญแจอีกคนตกลงด้วย เจ้าหน้าที่จะเห็นชื่อผู้แจ้ง และผู้แจ้งจะได้รับแจ้ง ท่านเองไม่เห็นทั้งชื่อและเรื่อง",
    "The part of the key that you keep is sealed to this one officer. Once another custodian agrees too, the officer sees who sent the report, and the informant is told. You see neither the name nor the report.",
  ),
  doubt: said(
    "ไม่แน่ใจ? โทรถามเจ้าหน้าที่ด้วยเบอร์ที่ท่านมีอยู่แล้ว หรือปฏิเสธได้โดยไม่ต้องให้เหตุผล",
    "Not sure? Call the officer on a number you already have. You may refuse without giving a reason.",
  ),
  agree: said("ตกลง ให้เปิด", "Agree: open it"),
  refuse: said("ไม่ตกลง", "Refuse"),
  agreed: said("ไฟล์คำตอบพร้อมแล้ว: ท่านตกลง", "Your answer is ready: you agree"),
  refused: said("ไฟล์คำตอบพร้อมแล้ว: ท่านปฏิเสธ", "Your answer is ready: you refuse"),
  send: said(
    "บันทึกไฟล์นี้ แล้วส่งกลับให้เจ้าหน้าที่ผู้ขอ ทางอีเมล แชต หรือแฟลชไดรฟ์ก็ได้ ระหว่างทางไม่มีใครเปิดหรือแก้ได้ แม้แต่ผู้ขอ จนกว่าหน่วยงานจะบันทึกคำตอบไว้แล้ว ส่งแล้วเรียกคืนไม่ได้ ถ้าเปลี่ยนใจก่อนส่ง ให้ลบไฟล์นี้แล้วเริ่มใหม่",
    "Save this file and send it back to the officer who asked, by mail, chat or memory stick. On the way nobody can open or change it, not even that officer: the office puts your answer on record first. Once sent it cannot be taken back; if you change your mind before, delete the file and start again.",
  ),
  sendRefused: said(
    "บันทึกไฟล์นี้ แล้วส่งกลับให้เจ้าหน้าที่ผู้ขอ เมื่อหน่วยงานได้รับ คำขอนี้จะสิ้นสุด",
    "Save this file and send it back to the officer who asked. When the office has it, the request ends.",
  ),
  to: said("ผู้รับ", "Send it to"),
  save: said("บันทึกไฟล์คำตอบ", "Save the answer file"),
  wiped: said("กุญแจของท่านถูกลบจากหน้านี้แล้ว", "Your keys have been wiped from this page."),
  again: said("เริ่มใหม่", "Start again"),
} as const;

export const GROUND_WORDS: Record<Ground, Said> = {
  inquiry: said(
    "จำเป็นต่อการตรวจสอบข้อเท็จจริงและไม่มีวิธีอื่น",
    "the facts cannot be established in any other way",
  ),
  law: said(
    "กฎหมายกำหนดให้เปิดเผยต่อหน่วยงานผู้มีอำนาจ",
    "the law requires it for a competent authority",
  ),
  court: said("คำสั่งหรือหมายเรียกของศาล", "an order or summons of a court"),
  protect: said(
    "เพื่อคุ้มครองความปลอดภัยของผู้แจ้ง",
    "to protect the informant from danger or retaliation",
  ),
  consent: said("ผู้แจ้งยินยอม", "the informant agreed to it"),
};

/* Roles that an office's files usually have, by their ids; others are shown as they are. */
export const ROLE_WORDS: Record<string, Said> = {
  protected_officer: said("เจ้าหน้าที่รับเรื่องของช่องทางคุ้มครอง", "officer of the protected channel"),
  internal_auditor: said("หน่วยตรวจสอบภายใน", "internal auditor"),
  outside_guardian: said("ผู้คุ้มครองจากภายนอกหน่วยงาน", "guardian from outside the office"),
};

/* What happened, and what to do. NAME is who the request is for. */
export const FAULTS: Record<FaultCode, Said> = {
  no_request: said(
    "ยังไม่ได้เลือกไฟล์คำขอ หรือไฟล์ที่เลือกไม่ใช่ไฟล์คำขอ เลือกไฟล์ที่เจ้าหน้าที่ส่งมาให้",
    "No request file was chosen, or it is some other file. Choose the one the officer sent you.",
  ),
  no_key: said(
    "ยังไม่ได้เลือกไฟล์กุญแจ หรือไฟล์ที่เลือกไม่ใช่ไฟล์กุญแจ เลือกไฟล์ที่ท่านทำไว้เอง",
    "No key file was chosen, or it is some other file. Choose the one you made yourself.",
  ),
  no_passphrase: said(
    "กรุณาพิมพ์รหัสผ่านของไฟล์กุญแจ",
    "Please type the passphrase of your key file.",
  ),
  passphrase: said(
    "รหัสผ่านเปิดไฟล์กุญแจนี้ไม่ได้ ลองพิมพ์ใหม่ช้า ๆ ทีละคำ ลองได้ไม่จำกัดครั้ง",
    "The passphrase does not open this key file. Type it again, word by word; there is no limit to the tries.",
  ),
  office: said(
    "คำขอนี้มาจากหน่วยงานอื่น ไม่ตรงกับไฟล์กุญแจของท่าน ตรวจว่าเลือกไฟล์ถูกหรือไม่",
    "This request is of another office than your key file. See whether you chose the right files.",
  ),
  person: said(
    "คำขอนี้ส่งถึงผู้รักษากุญแจคนอื่น (NAME) ไม่ใช่ท่าน ขอไฟล์ที่เป็นของท่านจากเจ้าหน้าที่",
    "This request is for another custodian (NAME), not for you. Ask the officer for yours.",
  ),
  people: said(
    "รายชื่อบุคคลในคำขอไม่มีลายมือชื่อของหน่วยงาน อย่าตอบคำขอนี้ และโทรแจ้งหน่วยงาน",
    "The list of people in this request is not signed by your office. Do not answer it, and call your office.",
  ),
  older: said(
    "รายชื่อบุคคลในคำขอเก่ากว่าที่ไฟล์กุญแจของท่านรู้จัก อย่าตอบคำขอนี้ ขอคำขอใหม่จากเจ้าหน้าที่",
    "The list of people in this request is older than the one your key file knows. Do not answer it; ask the officer for a new request.",
  ),
  renewed: said(
    "ไฟล์กุญแจนี้เป็นกุญแจเก่า ท่านมีกุญแจใหม่แล้ว ใช้ไฟล์กุญแจใหม่ ถ้ายังไม่มีให้ทำที่หน่วยงาน",
    "This key file holds old keys: yours have been replaced. Use the new file, or make one at the office.",
  ),
  officer: said(
    "ผู้ขอไม่ใช่เจ้าหน้าที่ของช่องทางคุ้มครองตามรายชื่อของหน่วยงาน อย่าตอบคำขอนี้ และโทรแจ้งหน่วยงาน",
    "By your office's list, whoever asks is not an officer of a protected channel. Do not answer it, and call your office.",
  ),
  term: said(
    "วันสุดท้ายของคำขอนี้ผ่านไปแล้ว หรือไกลกว่าเจ็ดวันซึ่งคำขอมีไม่ได้ ตรวจวันที่ในเครื่องของท่าน ถ้าถูกต้องแล้วอย่าตอบ และโทรถามหน่วยงาน",
    "The last day of this request has passed, or lies further away than the seven days a request may last. Check the date of your device; if it is right, do not answer, and call your office.",
  ),
  altered: said(
    "คำขอนี้ไม่ตรงกับที่เจ้าหน้าที่ลงลายมือชื่อไว้ให้ท่าน อาจเสียหายหรือถูกแก้ไข อย่าตอบ และขอไฟล์ใหม่จากเจ้าหน้าที่",
    "This request is not what the officer signed for you: it was damaged or changed. Do not answer it, and ask the officer for a new file.",
  ),
  half: said(
    "กุญแจของท่านเปิดส่วนที่ท่านเก็บไว้ไม่ได้ อย่าทำต่อ และโทรแจ้งหน่วยงาน",
    "Your key does not open the part you keep. Do not go on, and call your office.",
  ),
  damaged: said(
    "อ่านไฟล์ไม่ได้ อาจเสียหายระหว่างทาง ขอไฟล์ใหม่จากเจ้าหน้าที่",
    "The file cannot be read: it may have been damaged on the way. Ask the officer for a new one.",
  ),
};

const MONTHS: Record<Lang, string[]> = {
  th: "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม".split(
    " ",
  ),
  en: "January February March April May June July August September October November December".split(
    " ",
  ),
};

/* In Thai the year is that of the Buddhist era. */
export function longDay(iso: string, lang: Lang): string {
  const [year, month, day] = iso.split("-").map(Number) as [number, number, number];
  return `${day} ${MONTHS[lang][month - 1]} ${lang === "th" ? year + 543 : year}`;
}
