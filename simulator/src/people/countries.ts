/** Calling codes with the country that most of their numbers are in. Source: ITU, list of E.164 assigned codes. */
const codes =
  '1US 7RU 20EG 211SS 212MA 213DZ 216TN 218LY 220GM 221SN 222MR 223ML 224GN 225CI 226BF 227NE 228TG 229BJ 230MU 231LR 232SL ' +
  '233GH 234NG 235TD 236CF 237CM 238CV 239ST 240GQ 241GA 242CG 243CD 244AO 245GW 248SC 249SD 250RW 251ET 252SO 253DJ 254KE ' +
  '255TZ 256UG 257BI 258MZ 260ZM 261MG 262RE 263ZW 264NA 265MW 266LS 267BW 268SZ 269KM 27ZA 297AW 30GR 31NL 32BE 33FR 34ES ' +
  '350GI 351PT 352LU 353IE 354IS 355AL 356MT 357CY 358FI 359BG 36HU 370LT 371LV 372EE 373MD 374AM 375BY 376AD 377MC 380UA ' +
  '381RS 382ME 383XK 385HR 386SI 387BA 389MK 39IT 40RO 41CH 420CZ 421SK 423LI 43AT 44GB 45DK 46SE 47NO 48PL 49DE 501BZ 502GT ' +
  '503SV 504HN 505NI 506CR 507PA 509HT 51PE 52MX 53CU 54AR 55BR 56CL 57CO 58VE 590GP 591BO 592GY 593EC 594GF 595PY 596MQ ' +
  '597SR 598UY 599CW 60MY 61AU 62ID 63PH 64NZ 65SG 66TH 670TL 673BN 675PG 676TO 677SB 678VU 679FJ 81JP 82KR 84VN 852HK 853MO ' +
  '855KH 856LA 86CN 880BD 886TW 90TR 91IN 92PK 93AF 94LK 95MM 960MV 961LB 962JO 963SY 964IQ 965KW 966SA 967YE 968OM 970PS ' +
  '971AE 972IL 973BH 974QA 975BT 976MN 977NP 98IR 992TJ 993TM 994AZ 995GE 996KG 998UZ'
/** Area codes of +1 that are not the United States’. */
const northAmerica =
  'CA:204,226,236,249,250,263,289,306,343,354,365,367,368,382,403,416,418,428,431,437,438,450,468,474,506,514,519,548,579,581,' +
  '584,587,604,613,639,647,672,683,705,709,742,753,778,780,782,807,819,825,867,873,879,902,905 DO:809,829,849 JM:658,876 ' +
  'PR:787,939 TT:868 BS:242 BB:246'

const byCode = new Map(
  codes.split(' ').map((each) => [each.replace(/\D/g, ''), each.replace(/\d/g, '')] as const),
)
const byArea = new Map<string, string>(
  northAmerica.split(' ').flatMap((each) => {
    const [country = '', areas = ''] = each.split(':')
    return areas.split(',').map((area): [string, string] => [`1${area}`, country])
  }),
)

/** The country of a phone number in digits, two letters of ISO 3166; XX when no country has its code. */
export function countryOf(digits: string): string {
  if (digits.startsWith('1')) return byArea.get(digits.slice(0, 4)) ?? 'US'
  return byCode.get(callingCodeOf(digits)) ?? 'XX'
}

/** The calling code that digits begin with; empty when they begin with none. */
export function callingCodeOf(digits: string): string {
  for (let length = 1; length <= 3; length++)
    if (byCode.has(digits.slice(0, length))) return digits.slice(0, length)
  return ''
}
