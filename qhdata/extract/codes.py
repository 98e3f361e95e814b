"""Names to codes, as the SEC's formats turn them: states, countries, exchanges, kinds of filers.

A name that is not listed is not guessed: its fact keeps the text that is shown, and is counted.
Countries: ISO 3166-1. Exchanges: members of the SEC's exch taxonomy.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_STATES = """
Alabama=AL; Alaska=AK; Arizona=AZ; Arkansas=AR; California=CA; Colorado=CO; Connecticut=CT;
Delaware=DE; Florida=FL; Georgia=GA; Hawaii=HI; Idaho=ID; Illinois=IL; Indiana=IN; Iowa=IA;
Kansas=KS; Kentucky=KY; Louisiana=LA; Maine=ME; Maryland=MD; Massachusetts=MA; Michigan=MI;
Minnesota=MN; Mississippi=MS; Missouri=MO; Montana=MT; Nebraska=NE; Nevada=NV; New Hampshire=NH;
New Jersey=NJ; New Mexico=NM; New York=NY; North Carolina=NC; North Dakota=ND; Ohio=OH;
Oklahoma=OK; Oregon=OR; Pennsylvania=PA; Rhode Island=RI; South Carolina=SC; South Dakota=SD;
Tennessee=TN; Texas=TX; Utah=UT; Vermont=VT; Virginia=VA; Washington=WA; West Virginia=WV;
Wisconsin=WI; Wyoming=WY; District of Columbia=DC; American Samoa=AS; Guam=GU; Northern Mariana
Islands=MP; Puerto Rico=PR; Virgin Islands, U.S.=VI; Alberta=AB; British Columbia=BC; Manitoba=MB;
New Brunswick=NB; Newfoundland=NL; Newfoundland and Labrador=NL; Nova Scotia=NS; Northwest
Territories=NT; Nunavut=NU; Ontario=ON; Prince Edward Island=PE; Quebec=QC; Saskatchewan=SK;
Yukon=YT
"""
_COUNTRIES = """
Afghanistan=AF; Aland Islands=AX; Albania=AL; Algeria=DZ; American Samoa=AS; Andorra=AD;
Angola=AO; Anguilla=AI; Antarctica=AQ; Antigua and Barbuda=AG; Argentina=AR; Armenia=AM; Aruba=AW;
Australia=AU; Austria=AT; Azerbaijan=AZ; Bahamas=BS; Bahrain=BH; Bangladesh=BD; Barbados=BB;
Belarus=BY; Belgium=BE; Belize=BZ; Benin=BJ; Bermuda=BM; Bhutan=BT; Bolivia=BO; Bonaire, Sint
Eustatius and Saba=BQ; Bosnia and Herzegovina=BA; Botswana=BW; Bouvet Island=BV; Brazil=BR;
British Indian Ocean Territory=IO; British Virgin Islands=VG; Brunei Darussalam=BN; Bulgaria=BG;
Burkina Faso=BF; Burundi=BI; Cabo Verde=CV; Cambodia=KH; Cameroon=CM; Canada=CA; Cayman
Islands=KY; Central African Rep.=CF; Chad=TD; Chile=CL; China=CN; Christmas Island=CX; Cocos
Islands=CC; Colombia=CO; Comoros=KM; Congo=CG; Cook Islands=CK; Costa Rica=CR; Cote d'Ivoire=CI;
Croatia=HR; Cuba=CU; Curacao=CW; Cyprus=CY; Czechia=CZ; Democratic Republic of Congo=CD;
Denmark=DK; Djibouti=DJ; Dominica=DM; Dominican Republic=DO; Ecuador=EC; Egypt=EG; El Salvador=SV;
Equatorial Guinea=GQ; Eritrea=ER; Estonia=EE; Eswatini=SZ; Ethiopia=ET; Falkland Islands=FK; Faroe
Islands=FO; Fiji=FJ; Finland=FI; France=FR; French Guiana=GF; French Polynesia=PF; French Southern
Territories=TF; Gabon=GA; Gambia=GM; Georgia=GE; Germany=DE; Ghana=GH; Gibraltar=GI; Greece=GR;
Greenland=GL; Grenada=GD; Guadeloupe=GP; Guam=GU; Guatemala=GT; Guernsey=GG; Guinea=GN;
Guinea-Bissau=GW; Guyana=GY; Haiti=HT; Heard Island and McDonald Islands=HM; Holy See=VA;
Honduras=HN; Hong Kong=HK; Hungary=HU; Iceland=IS; India=IN; Indonesia=ID; Iran=IR; Iraq=IQ;
Ireland=IE; Isle of Man=IM; Israel=IL; Italy=IT; Jamaica=JM; Japan=JP; Jersey=JE; Jordan=JO;
Kazakhstan=KZ; Kenya=KE; Kiribati=KI; Kuwait=KW; Kyrgyzstan=KG; Lao People's Democratic
Republic=LA; Latvia=LV; Lebanon=LB; Lesotho=LS; Liberia=LR; Libya=LY; Liechtenstein=LI;
Lithuania=LT; Luxembourg=LU; Macau=MO; Madagascar=MG; Malawi=MW; Malaysia=MY; Maldives=MV;
Mali=ML; Malta=MT; Marshall Islands=MH; Martinique=MQ; Mauritania=MR; Mauritius=MU; Mayotte=YT;
Mexico=MX; Micronesia=FM; Moldova=MD; Monaco=MC; Mongolia=MN; Montenegro=ME; Montserrat=MS;
Morocco=MA; Mozambique=MZ; Myanmar=MM; Namibia=NA; Nauru=NR; Nepal=NP; Netherlands=NL; New
Caledonia=NC; New Zealand=NZ; Nicaragua=NI; Niger=NE; Nigeria=NG; Niue=NU; Norfolk Island=NF;
North Korea=KP; North Macedonia=MK; Northern Mariana Islands=MP; Norway=NO; Oman=OM; Pakistan=PK;
Palau=PW; Palestine=PS; Panama=PA; Papua New Guinea=PG; Paraguay=PY; Peru=PE; Philippines=PH;
Pitcairn=PN; Poland=PL; Portugal=PT; Puerto Rico=PR; Qatar=QA; Reunion=RE; Romania=RO; Russian
Federation=RU; Rwanda=RW; Saint Barthelemy=BL; Saint Helena=SH; Saint Kitts and Nevis=KN; Saint
Lucia=LC; Saint Martin=MF; Saint Pierre and Miquelon=PM; Saint Vincent and Grenadines=VC;
Samoa=WS; San Marino=SM; Sao Tome and Principe=ST; Saudi Arabia=SA; Senegal=SN; Serbia=RS;
Seychelles=SC; Sierra Leone=SL; Singapore=SG; Sint Maarten=SX; Slovakia=SK; Slovenia=SI; Solomon
Islands=SB; Somalia=SO; South Africa=ZA; South Georgia and South Sandwich Islands=GS; South
Korea=KR; South Sudan=SS; Spain=ES; Sri Lanka=LK; Sudan=SD; Suriname=SR; Svalbard and Jan
Mayen=SJ; Sweden=SE; Switzerland=CH; Syria=SY; Taiwan=TW; Tajikistan=TJ; Tanzania=TZ; Thailand=TH;
Timor-Leste=TL; Togo=TG; Tokelau=TK; Tonga=TO; Trinidad and Tobago=TT; Tunisia=TN; Turkey=TR;
Turkmenistan=TM; Turks and Caicos Islands=TC; Tuvalu=TV; US Virgin Islands=VI; Uganda=UG;
Ukraine=UA; United Arab Emirates=AE; United Kingdom=GB; United States=US; United States Minor
Outlying Islands=UM; Uruguay=UY; Uzbekistan=UZ; Vanuatu=VU; Venezuela=VE; Viet Nam=VN; Wallis and
Futuna=WF; Western Sahara=EH; Yemen=YE; Zambia=ZM; Zimbabwe=ZW
"""
_EXCHANGES = """
BOX=BOX; BOX Exchange=BOX; BOX Options Exchange=BOX; Cboe BYX Exchange=CboeBYX; Cboe BZX
Exchange=CboeBZX; Cboe C2 Exchange=C2; Cboe EDGA Exchange=CboeEDGA; Cboe EDGX Exchange=CboeEDGX;
Cboe Exchange=CBOE; Chicago Board Options Exchange=CBOE; Chicago Stock Exchange=CHX; NYSE
Chicago=CHX; Investors Exchange=IEX; IEX=IEX; Miami International Securities Exchange=MIAX; MIAX
Pearl=PEARL; Nasdaq BX=BX; Nasdaq GEMX=GEMX; Nasdaq ISE=ISE; Nasdaq MRX=MRX; Nasdaq PHLX=Phlx;
NYSE=NYSE; New York Stock Exchange=NYSE; NYSE American=NYSEAMER; NYSE Arca=NYSEArca; NYSE
National=NYSENAT; Nasdaq=NASDAQ; Nasdaq Stock Market=NASDAQ; Nasdaq Capital Market=NASDAQ; Nasdaq
Global Market=NASDAQ; Nasdaq Global Select Market=NASDAQ
"""
_FILERS = """
Large accelerated filer=Large Accelerated Filer; Accelerated filer=Accelerated Filer;
Non-accelerated filer=Non-accelerated Filer
"""
_ALSO = """
China, People's Republic of=CN; Korea, Republic of=KR; Republic of Korea=KR; Russia=RU; Vietnam=VN;
Great Britain=GB; England=GB; England and Wales=GB; UK=GB; USA=US; United States of America=US;
UAE=AE; Czech Republic=CZ; Macao=MO; Turkiye=TR; Vatican City=VA; Brasil=BR; Laos=LA; Brunei=BN
"""
_LISTS = {"state": _STATES, "country": _COUNTRIES + "; " + _ALSO, "exchange": _EXCHANGES,
          "filer": _FILERS}  # fmt: skip
_EMPTY_WORDS = re.compile(
    r"^(?:the )?(?:(?:people s |federative |islamic |united )*republic of (?:the )?"
    r"|(?:kingdom|state|(?:grand )?duchy|federated states) of )?(?:the )?"
)
_LEGAL = re.compile(r" (?:llc|inc|l l c)$")


def code_of(kind: str, name: str) -> str | None:
    """The code of a name, or None. kind: state, country, exchange or filer.

    >>> code_of("state", "New York"), code_of("exchange", "The Nasdaq Stock Market LLC")
    ('NY', 'NASDAQ')
    >>> code_of("country", "The People's Republic of China"), code_of("country", "Ruritania")
    ('CN', None)
    """
    known, plain = _codes(kind), _plain(name)
    if plain in known:
        return known[plain]
    if kind == "exchange":
        return known.get(_LEGAL.sub("", plain.removeprefix("the ")))
    return known.get(_EMPTY_WORDS.sub("", plain)) if kind == "country" else None


@cache
def _codes(kind: str) -> dict[str, str]:
    pairs = (entry.rpartition("=") for entry in _LISTS[kind].replace("\n", " ").split(";"))
    return {_plain(name): code.strip() for name, _, code in pairs if code}


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())
