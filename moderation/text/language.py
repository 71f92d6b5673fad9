"""Which language a comment is in: by script, by its commonest words, by how Arabic is written in Latin letters."""

import re
from typing import Final

LANGUAGES: Final = ("ar", "arabizi", "en", "fr", "other")

_READ: Final = 1_000
"""Characters that are looked at: enough to tell, and no long comment costs more."""

# Each pattern begins where a word or a run does, and holds on to what it took: gone through again from each of its
# characters, a comment of "-@-@-@" costs a second.
_ADDRESSES: Final = re.compile(r"(?:https?://|www\.)\S+|[@#&]\w+|(?<!\S)\S[^\s@]*+@\S+\.\w+")
_HASHTAG: Final = re.compile(r"(?<![\w/])#([\u0620-\u06ff_]+)")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ARABIC: Final = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc]+")
_LATIN: Final = re.compile("(?<![a-z0-9'\u00c0-\u024f])[0-9']*+[a-z\u00c0-\u024f][a-z0-9'\u00c0-\u024f]*")
_LATIN_LETTER: Final = re.compile("[a-z\u00c0-\u024f]")
_OTHER_SCRIPT: Final = re.compile(
    "[\u0370-\u05ff\u0700-\u074f\u0780-\u1dff\u1f00-\u1fff\u2c00-\u2dff\u3040-\ud7ff\U00010000-\U0001cfff\U00020000-\U0003ffff]+"
)
_NOT_OF_ARABIC: Final = re.compile("[پچژگکیےہںھٹڈڑۆێەڵڕ]")

# Persian, Urdu and Kurdish are written in Arabic letters: these words are common there and not Arabic.
_ARABIC_SCRIPT_OTHERS: Final = frozenset(
    "ئەم اس است اور اگر ایران این با باید برای بود بھی بۆ بە تھا خیلی دارد دیگه دەکات را رہا سے شد شما لە مردم میں "
    "می‌کند نہیں نیست نییە نے های همه وہ پر چه چی کا کر کرد که کو کی کے کە گیا ہو ہیں ہے یک یہ".split()
)

_ENGLISH: Final = frozenset(
    "a about after again agree all also always am amazing an and any anything are article as ass at bad be "
    "beautiful because been before being bitch bitches bless but by call can can't cant channel click comment "
    "congratulations could day did didn't do does doesn't don't dont down earn even every everyone exactly "
    "excellent for free from fuck fucking garbage get go god going good got great guy guys had haha happy has hate "
    "have he he's hello her here hi him his hoe hoes how i i'm idiot if im in into is isn't it it's its just know "
    "liar liars like lol look love make man many may me might money more most much must my need never news nice no "
    "nobody nonsense not nothing now of off ok okay omg on online only or other our out over own peace people "
    "please pussy really retweet right said same say see shame she shit should shut so some something still stop "
    "stupid subscribe such than thank thanks that that's thats the their them then there these they think this "
    "those time to too trash true truth u under up ur us very want war was way we well were what when where which "
    "while who why will with won't world would wow wrong yeah yes you you're your youre".split()
)

_FRENCH: Final = frozenset(
    "ai alors arabe arabes article au aussi aux avait avec avoir bande bien bon bonjour bonne bravo c'est ca car ce "
    "ces cest cet cette chez chien cochon comme comment con connard courage d'un d'une dans de depuis des donc dont "
    "du déjà elle elles en encore entre est et faire fait faut faux fils félicitations gens gros grosse honte "
    "honteux idiot idiote il ils imbécile j'ai jai jamais je l'on la le les leur leurs lui ma mais mal mdr me "
    "menteur menteurs merci mes moins mon monde même n'est ne ni nn non nos notre nous on ont ou oui où par pas "
    "pauvre pays personne peut plus pour pourquoi psk ptn pute qu'il quand que quel quelle quelqu'un qui quoi rien "
    "s'il sa sale salope salut sans se ses si sommes son sont sous stp suis sur svp ta te tes ton toujours tous "
    "tout toute toutes trop très tu un une va vais vers vive vivent voilà vont vos votre vous vrai ça étaient était "
    "été êtes être".split()
)

_ARABIZI: Final = frozenset(
    "2alb 2albi 2awi 3abit 3al 3ala 3ami 3an 3anda 3andek 3andi 3ando 3ashan 3eib 3ib 3la 3lach 3lash 3lashan "
    "3lchan 3ndha 3ndi 3ndk 3ndo 3omre 3omri 3shan 5alas 5alash 5ara 7abibi 7abibti 7aram 7ayati 7ayawan 7elo 7elwa "
    "7lwa 7mar 7na 7ob 7yati 9ahba abit ach achkon ahla ahlan aiwa akeed akher akhi akid al ala alach alah alb albi "
    "allah allahom allahoma ameen amiin amin amine ana anwa awal awi awy ayre ayri aywa b3d b7bk b7ebak b7ebek ba3d "
    "ba3den bach bahebak barcha bardo barka bas bass bech behi bel bel3arabi besh bezaf bezzaf bhebak bhebik bikhir "
    "bkher bl bl3ab blad bladi bladkom bladna bled bnt bs bzaf ch3b ch9ad cha3b chaab chaabi charmota chi chii "
    "chkon chkoun chno chnowa chof chokran chou chouf chouia choukran chu chwiya chwya daba delwa2ti dialo dlw2ti "
    "dork drk drok dyal dyali e7na ehna el el7amdulillah ela elbi eli elli elly elyom emchi enaharda enchallah enno "
    "eno enshallah enta enti ento entouma enty ewa ezay ezzay fahem fahm feen feh feha fel fhemt fhemti fih fiha fl "
    "fo2 fou9 ga3 gaa3 gadi galb galbi ged gedan ghabi ghadi gher ghir giddan habibi habibti hada hadak hadchi "
    "hadchii hadi hadik hadou hadshi haida haka hakda hakka hal7ad hala2 halal halla2 hallak hamar hamdoulah "
    "hamdulillah haram hawn hay hayati hayawan hayawen hayda hayde haydi haydik hayete hayk hedha heik hek helo "
    "helwa henak hetha heya hik hiya hlwa hmar hna hob homa homma hon hona honak howa huwa ibn ihna ikhti ila ili "
    "illi imshi inchallah inno ino inshallah inta inti iwa izzay jamil jamila jiddan kahba kalb kalba kaman kamen "
    "kan kant kayen kayn kda keda keef keefak kelb ken kenet kes kess khalas khalast khara khay khayi khayye khlas "
    "khouya khoya khra khti khty kida kif kifach kifak kifash kifek kima kitir klb kleb knt kol kolchi kolesh kolha "
    "kolhom kolo kont kos koss koul koulchi koulech kteer kter ktiir ktir ktr kullo kulo kuss la2 la2anno la2anou "
    "la2eno labas lahk lahon lazem lazim lech leh leih leish lel lesh lessa lioum lissa lli lol3a lwin lyom lyoum "
    "ma7al mabrook mabrouk mabruk machallah machi mafeesh mafi mafich mafish mahich mahouch makanch makayn manich "
    "maranich mashallah mashi mashkour maykounch mazal mazel mch mchan meen mesh metl mezyan mfakir mfakkar miin "
    "mish mitl mn mnee7 mneeh mneih mni7 mnih moch mok momken momtaz mou mouch mouche mra mrani msa msh mshan "
    "mumkin mumtaz mzl mzyan n3am naam naas nas nchala nchalah nchallah nchof ndir ndiro ness nharda nik nikmok "
    "nshala nshallah nshof nta nta3 nta3kom nta7 nti nti3 ntoma ntouma okhti omak ommak ommi omri qalb ra7 rabbena "
    "rabbi rabi rabina rabna rah rahi raho rahom rajal rajel rak raki rakom rakoum rani rja3 ro7 ro7i roh roo7 "
    "rou7i rouh rouhi sa7 sa7a sa7bi sa7i7 saba7 sabah sah saha sahbi sahit sahito salam sarat sha3b sharmota "
    "sharmouta shi shkon shkoun shlik shliki shlon shlonak shno sho sho2ran shof shoof shou shu shukran shway "
    "shwaya shwayy slm t3a ta3a ta3ek ta3i ta3na taak tab taht tamam tani tante3 tany tawa tayeb tayib tdir teslam "
    "tfeh tfou tfouu tislam tmm toul tslm vayen w w2t wa wa7da wa7ed wach wahda wahed wala walahi walak walla "
    "wallah wallahi wash watan wayn wech ween wein wellahi wen wesh wla wlad wlah wlahi wlek wlh wlhi wlk ya ya3ne "
    "ya3ni ya3nii ya5i yaani yakhi yalla yani yanii yarab yarabi yareit yaret yasser ye3ne yel3ab yel3an yelaan "
    "yemak yemken yemmak yeslam yeslamo yeslmo yezzi yislamo yl3an yomma youm ysalmo zay zayy zebbi zebi zei zwin "
    "zwina zy".split()
)

_OTHERS: Final = frozenset(
    "aber ada adalah ama anche auch auf ben bir biz bu che ciao como con cuando daha dan danke das dat dem den "
    "dengan der değil di die du een ein eine el ela ele er eres es eso esta este esto für gibi gli gracias grazie "
    "het hola ich ihr ik il ile ini isso ist itu için je juga kadar kamu las los maar mi mit molto muito muy más ne "
    "nicht niet no non não o obrigado ook orang os para per perché pero por porque quello questo saya sen sie sind "
    "siz sono su también teşekkürler tidak tienes tú um uma una und unos untuk van var ve você von voor war was "
    "wenn wie wir y yang yo yok zijn zu çok".split()
)

# A digit that stands for an Arabic letter has letters around it, or opens a word that no ordinal or unit would.
_ARABIZI_DIGITS: Final = re.compile(r"(?<![a-z])[a-z]++(?:[2356789]++'?[a-z]|(?<=[a-z]{2})[2379]$)|[235679]'?[a-z]{3}")
_NOT_ARABIZI: Final = re.compile(
    r"\d+(?:st|nd|rd|th|s|k|km|kg|mm|cm|am|pm|min|mins|hrs|x|d|g|gb|mb|bn|h|e|er|eme|ème|ers|ans|day|moro|nite|night|ever)"
    r"|covid\w*|mp[34]|[a-z]\d{2,}|b2b|p2p|h2o|co2|l8\w*|gr8\w*|m8s?|b4|f2f|k9|ps[2345]|4k|web3|g[78]"
)
_FRENCH_LETTERS: Final = frozenset("éèêëàâçùûîïôœ")
_FOREIGN_LETTERS: Final = frozenset("ñßşğıøåãõłżźśćčšžřůőűțășđýþð¿¡äöü")
_ARABIZI_SPELLING: Final = re.compile(
    r"(?:el|al)[bcdfghjklmnqrstwxyz]{2}\w+|(?:ya|wa|ma|mat|bat|bit|yet|tet)[bdfghjkmnqrstyz][aeiou]?[a-z]{2,}"
    r"|\w*(?:kh|gh[aeiou]|dh[aeiou]|ouh|aa|[aeiou]q[aeiou])\w*|(?![bcdfghjklmnpqrstvwxz]{5})[bdfghjklmnqrstwxz]{2,4}"
    r"|h{3,}|(?:ha|he|hh|kh|ah){3,}h?"
)
_FRENCH_ENDINGS: Final = re.compile(
    r"(?:eux|eurs?|ement|ique|aire|oirs?|[^aeiou]ez|ais|ait|aux|ette|elle|ienne?|tude)$"
)


def _known_in() -> dict[str, tuple[str, ...]]:
    lists = {"arabizi": _ARABIZI, "fr": _FRENCH, "en": _ENGLISH, "other": _OTHERS}
    words = frozenset().union(*lists.values())
    return {word: tuple(name for name, listed in lists.items() if word in listed) for word in words}


_KNOWN_IN: Final = _known_in()


def detect(text: str) -> str:
    """One of `LANGUAGES`; `other` also where there are no letters."""
    text = text[:_READ].lower()
    if "@" in text or "#" in text or "://" in text or "www." in text:
        text = _without_addresses(text)
    if text.isascii():
        return _of_latin_script(_LATIN.findall(text))
    latin = _LATIN.findall(text) if _LATIN_LETTER.search(text) else []
    if not latin and not _OTHER_SCRIPT.search(text):
        # Most comments of an Arabic site: nothing to be counted against each other.
        return _of_arabic_alone(text)
    arabic = _ARABIC.findall(text)
    in_arabic, in_latin = sum(map(len, arabic)), sum(map(len, latin))
    if sum(map(len, _OTHER_SCRIPT.findall(text))) > max(in_arabic, in_latin):
        return "other"
    if in_arabic and 2 * in_arabic >= in_latin:
        return _of_arabic_script(arabic) if _NOT_OF_ARABIC.search(text) else "ar"
    return _of_latin_script(latin)


def _without_addresses(text: str) -> str:
    """Where a text has no other letters, Arabic hashtags tell: «#غزة #فلسطين_حرة»."""
    left = _ADDRESSES.sub(" ", text)
    return left if _LETTER.search(left) else " ".join(_HASHTAG.findall(text)).replace("_", " ")


def _of_arabic_alone(text: str) -> str:
    if _NOT_OF_ARABIC.search(text):
        return _of_arabic_script(_ARABIC.findall(text))
    return "ar" if _ARABIC.search(text) else "other"


def _of_arabic_script(words: list[str]) -> str:
    foreign = sum(word in _ARABIC_SCRIPT_OTHERS for word in words)
    return "other" if foreign > 1 and 5 * foreign >= len(words) else "ar"


def _of_latin_script(words: list[str]) -> str:
    """The language with most words that are its own; spelling decides where no word is known."""
    if not words:
        return "other"
    # Of equals the first is taken: readers mix English and French words into Arabizi, hardly the other way round.
    known = {"arabizi": 0, "fr": 0, "en": 0, "other": 0}
    for word in words:
        languages = _KNOWN_IN.get(word, ())
        for language in languages:
            known[language] += 1
        if "arabizi" not in languages and _has_arabizi_digit(word):
            known["arabizi"] += 1
    joined = "".join(words)
    if not joined.isascii():
        known["other"] += 2 * bool(_FOREIGN_LETTERS.intersection(joined))
        known["fr"] += bool(_FRENCH_LETTERS.intersection(joined))
    best = max(known, key=known.__getitem__)
    if known[best]:
        return best
    if 3 * sum(bool(_ARABIZI_SPELLING.fullmatch(word)) for word in words) >= len(words):
        return "arabizi"
    return "fr" if any(map(_FRENCH_ENDINGS.search, words)) else "en"


def _has_arabizi_digit(word: str) -> bool:
    return not word.isalpha() and bool(_ARABIZI_DIGITS.search(word)) and not _NOT_ARABIZI.fullmatch(word)
