"""Codes of languages: ISO 639-3 of GlotLID (`eng_Latn`) to the ISO 639-1 that tags carry (`en`).

A language without a two-letter code keeps its three; of one that ISO 639-3 splits, the member that
GlotLID knows stands for the whole (`cmn` is `zh`).
"""

from __future__ import annotations

_PAIRS = """
aar aa abk ab afr af aka ak twi ak amh am ara ar arb ar arg an asm as ava av aym ay ayr ay aze az
azj az bak ba bam bm bel be ben bn bis bi bod bo bos bs bre br bul bg cat ca ces cs cha ch che ce
chv cv cmn zh zho zh cor kw cos co cym cy dan da deu de div dv dzo dz ekk et ell el eng en epo eo
est et eus eu ewe ee fao fo fas fa pes fa fij fj fin fi fra fr fry fy ful ff gaz om gla gd gle ga
glg gl glv gv grn gn gug gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr hun hu hye hy
ibo ig iku iu ike iu ile ie ina ia ind id isl is ita it jav jv jpn ja kal kl kan kn kas ks kat ka
kaz kk khk mn khm km kik ki kin rw kir ky kom kv kpv kv kon kg kor ko kur ku kmr ku lao lo lat la
lav lv lvs lv lim li lin ln lit lt ltz lb lug lg mah mh mal ml mar mr mkd mk mlg mg plt mg mlt mt
mon mn mri mi msa ms zsm ms mya my nau na nav nv nbl nr nde nd ndo ng nep ne npi ne nld nl nno nn
nob nb nor no nya ny oci oc ori or ory or orm om oss os pan pa pbt ps pol pl por pt pus ps que qu
quy qu roh rm ron ro run rn rus ru sag sg san sa sin si slk sk slv sl sme se smo sm sna sn snd sd
som so sot st spa es sqi sq als sq srd sc srp sr ssw ss sun su swa sw swh sw swe sv tah ty tam ta
tat tt tel te tgk tg tgl tl fil tl tha th tir ti ton to tsn tn tso ts tuk tk tur tr uig ug ukr uk
urd ur uzb uz uzn uz ven ve vie vi vol vo wln wa wol wo xho xh ydd yi yid yi yor yo zha za zul zu
"""
_WORDS = _PAIRS.split()
TWO_LETTERS = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))


def short_code(label: str) -> str:
    """The code that a tag carries.

    >>> short_code("cmn_Hani"), short_code("en"), short_code("ceb_Latn"), short_code("zh-Hant")
    ('zh', 'en', 'ceb', 'zh')
    """
    code = label.replace("-", "_").split("_")[0].lower()
    return TWO_LETTERS.get(code, code)
