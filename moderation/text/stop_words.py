"""Words that say nothing of what a comment is about: of Arabic as it is written and spoken, English, French, Arabizi.

Grammar, numbers, politeness, invocations, and the words of commenting itself. In ordinary spelling here, folded where
they are used. «اليوم» and «ناس» are among them because every article's comments have them.
"""

from __future__ import annotations

from typing import Final

from moderation.text.normalise import folded

_STANDARD_ARABIC: Final = """
أن إن أنّ إنّ إنما أنما لأن لأنه لأنها لأنهم بأن بأنه بأنها وأن وإن فإن كأن كأنه كأنها كأنهم لكن ولكن لكنه لكنها لكنهم
أنه أنها أنهم أني إني أننا إننا إنه إنها إنهم من إلى عن على في مع ومع حتى منذ مذ خلال بين بينهم بينما عند عندما عندي
عندك عنده عندنا عندهم لدى لدي لديه لديها لدينا لديهم دون بدون غير سوى إلا ألا ضد نحو حول فوق تحت أمام وراء خلف قبل بعد
قبله بعده أثناء ضمن داخل خارج عبر رغم بسبب مثل مثلا مثلاً كمثل ك ب ل و ف أو أم أما إما ثم بل لا لم لن ما ماذا لماذا
لما متى أين كيف كم هل أي أية أيها أيتها هو هي هم هن هما أنا أنت أنتم أنتما نحن إياه إياها هذا هذه هذان هؤلاء ذلك تلك
ذاك أولئك هنا هناك هنالك الذي التي الذين اللذان اللتان اللاتي اللواتي مما ممن عما فيما بما كما إذ إذا إذن لو لولا لوما
له لها لهم لهن لي لك لكم لنا به بها بهم بك بكم بنا بي فيه فيها فيهم فيكم فينا منه منها منهم منك منكم منا مني عنه عنها
عنهم عنك عنا عليه عليها عليهم عليك عليكم علينا علي إليه إليها إليهم إليك إلينا معه معها معهم معك معكم معنا معي كان
كانت كانوا كنت كنا يكون تكون يكونوا نكون أكون سيكون ستكون كن ليس ليست ليسوا لست لسنا صار صارت أصبح أصبحت أصبحوا يصبح
بات ظل ظلت مازال زال لازال مازالت مادام قد لقد سوف سيتم تم يتم تمت كل كلنا كلهم كله كلها كلكم جميع جميعا بعض بعضهم
بعضنا أحد أحدهم أكثر أقل أكبر أصغر أفضل أسوأ كثير كثيرا كثيرة قليل قليلا جدا جداً فقط أيضا أيضاً كذلك هكذا نفس نفسه
نفسها نفسهم أنفسهم ذات شيء شي أشياء شيئا يجب ينبغي يمكن يمكنك يستطيع أستطيع نستطيع لابد بد ربما لعل ليت ليتنا عسى قال
قالت قالوا يقول تقول يقولون أقول نقول قلت قيل فعل يفعل تفعل فعلوا عمل جعل يجعل أراد يريد تريد يريدون أريد نريد يوم
اليوم أمس غدا الآن حاليا دائما أبدا مرة مرات وقت الوقت أول آخر أخرى آخرون واحد واحدة اثنان ثاني الأول الثاني حين حيث
حينما كلما طالما بعدما قبلما أبداً تماما تماماً فعلا فعلاً طبعا طبعاً حقا أصلا أصلاً يعني يا أيا آه أوه نعم كلا بلى
أجل لكي كي لئلا إلخ الخ وهو وهي وهم وهذا وهذه وذلك ومن وفي وعلى وإلى وعن ولا ولم ولن وما وكل وقد وكان وكانت فلا فما
فمن فهو فهي فهم فهذا أفلا ولو وإذا فإذا ومنهم وفيها ولكم ولهم ولنا وله ولها لكل بكل ولكل أيام ساعة ساعات دقيقة دقائق
شهر شهور أشهر سنة سنين سنوات عام عاما أعوام أسبوع بلا جديد جديدة قديم تاني ثانية مشكلة المشكلة حل أحسن فكرة سؤال جواب
الناس ناس إنسان الإنسان شخص أشخاص الشخص
"""

_INVOCATIONS: Final = """
الله والله بالله لله اللهم تالله يالله ربنا رب ربي يارب إلهي سبحان الحمد الحمدلله حسبي حسبنا ونعم الوكيل نعم أستغفر
استغفر آمين امين بارك جزاك جزاكم خيرا رحمه يرحمه رحمة عليه السلام سلام عليكم ورحمة وبركاته تعالى عز وجل شاء انشاء
إنشاء ماشاء انشالله إنشالله ماشالله لاحول حول قوة العظيم صلى وسلم حفظ يحفظ يحفظك يحفظكم تحية تحياتي شكرا شكراً مشكور
مشكورين تسلم تسلموا مبروك ألف مليون أحسنت أحسنتم برافو رائع رائعة جميل جميلة ممتاز ممتازة حلو حلوة صح صحيح خطأ غلط
كلام كلامك كلامه الكلام مقال المقال المقالة الخبر خبر تعليق تعليقات تعليقك التعليق التعليقات موضوع الموضوع منشور بوست
الكاتب قناة القناة فيديو الفيديو صباح مساء الخير ههه هههه هه ههههه لول
"""

_EGYPTIAN: Final = """
ده دي دا دى دول كده كدا كدة كدى إزاي ازاي ازيك فين امتى إمتى ليه لية إيه ايه اية مين احنا إحنا إنتو انتو انتوا إنتوا
انت انتي إنتي هوا هيا همه هما مش مشهو مفيش مافيش فيه عايز عايزة عايزين عاوز عاوزة عاوزين بتاع بتاعة بتاعت بتوع بتاعه
بتاعنا بتاعتنا علشان عشان عشانه اللي إللي الي بس برضه برضو كمان لسه لسة خالص اوي أوي قوي أهو اهو اهي آهي أيوه ايوه
ايوة لأ لاء لحد لغاية زي زيه زيها زيهم بقى بقا بقت بقينا بيقول بيقولوا بتقول هيكون هتكون هيبقى هتبقى هو هي النهارده
النهاردة امبارح إمبارح بكره بكرة دلوقتي دلوقت حاجة حاجه حاجات أي حد حدش محدش ماحدش وحدة واحد واحده طب طيب يلا ياريت يا
ريت معلش ازاى ليهم ليها ليكم ليكو ليا ليك لينا فيهم عليا عليكو عندكو كنتوا كان بيكون يبقى تبقى مكنش مكانش ماكانش ملوش
مالوش مالهاش عارف عارفين فاهم تاني تانية تالت جدع باشا ياعم عم ياجماعة جماعة يعنى كتير كتيرة شوية شويه ناسي
"""

_LEVANTINE: Final = """
هاد هادا هاي هيدا هيدي هيك هيدول هدول هالشي شو شنو وين وينك وينكم كيفك ليش لشو مين إيمتى هلق هلأ هلا إسا لسا لساتو مو
مش ماني مانك مانو مالو ماله مافي ما في بدي بدك بدو بدها بدهم بدنا بدكن بدون عنجد عن جد كتير كتيير شوي شوية منيح منيحة
حدا شي إشي لشي اشي إنو إنه انو انها متل متلو متلك كمان برضو بس لحتى مشان منشان كرمال تبع تبعو تبعي تبعنا إنتو إنتوا
نحنا نحن هنن هني هنه عم رح راح كانو صارو خلص خلاص يلي اللي هون هونيك يا ريت ياريت والا ولا شوف قال قلت حكي بيحكي بقول
بيقول بتقول
"""

_GULF_IRAQI: Final = """
ايش إيش وش ويش وشو شنو شنهو شلون شلونك شلونكم ليه ليش وين متى منو مين هذي هذيك هذاك هذول ذولا ذي ذا هالشي احنا حنا إنت
انت انتم انتو هم همه مب مو موب ماهو ماهي مهوب مافيه مافي ماكو اكو أكو ابي أبي ابغى أبغى تبي يبي يبغى نبي نبغى الحين
هالحين ألحين توه توهم بعدين عقب اللي يلي علشان عشان مال مالت مالتي حق حقت حقه حقهم حقنا وايد واجد مرة مره حيل كلش هواي
هواية هسه هسة لسه بعد بس خوش زين زينة يصير صاير صايرة راح رح يمكن عاد أجل اجل طال عمرك يالله ياخي ياأخي اخوي أخوي شي
شيء كذا كذه جذي هيج هيچ هذاني
"""

_MAGHREBI: Final = """
هاذ هاذي هاذا هذ هادشي هادي هادو هدشي هكا هكدا هكذا كيفاش كيف علاش شنو شنوا شنية اشنو أشنو واش وشنو فين وين فاش منين
امتى وقتاش شكون شحال قداش حتى راه راها راهم راهي رانا راني راك راكم كاين كاينة كاينين ماكاش ماكاين مكاين ماكانش والو
بزاف برشا شوية شويا ياسر دابا درك دروك ذرك توا توة تاو ديال ديالو ديالنا ديالهم ديالك ديالي نتاع تاع تاعنا متاع متاعنا
متاعهم بتاع اللي لي الي باش بش ماشي موش مش مشي ميش حنا احنا نحنا انتوما نتوما هوما هما هو هي عندو عندها عندنا عندهم
كان كانو يكون ولا ولات ولينا حاجة حاجات واحد وحدة كلش كلشي خويا خاي أخي الخاوة خاوتي زعما ياك مزال مازال باقي غير غي
كيما كما يعني صافي بصح بالصح عاد زيد هدا هادا اش اشمن نتا نتي كون غادي كاع قاع ديما وخا واخا
"""

_ENGLISH: Final = """
a about above across actually after again against ago all almost alone along already also although always am among an
and another any anybody anyone anything anyway are aren around article articles as ask at author away back bad be
became because become been before behind being believe below best better between both bring but by call came can
cannot cant come comes coming comment commenter comments could couldn day days did didn do does doesn doing don done
dont down each either else end enough etc even ever every everybody everyone everything exactly fact far feel few find
first for from full get gets getting give given go goes going gone good got great guess guy guys had hadn happen
happened happens hardly has hasn hate have haven having he hear her here hers herself hey hi him himself his how
however huh i if im in indeed instead into is isn it its itself ive just keep kind knew know known knows last least
less let lets like likely little ll lol long look looking looks lot lots love made make makes making man many may
maybe me mean means men might mine more most much must my myself name need needs never new news next no nobody none
nonsense nor not nothing now of off often oh ok okay old omg on once one ones only onto or other others our ours
ourselves out over own part people perhaps person piece place please point pretty probably put quite rather re read
reading real really reason right said same saw say saying says see seem seems seen shall she should shouldn simply
since so some somebody someone something sometimes soon sort still story stuff such sure take taken takes talk tell
than thank thanks that the their theirs them themselves then there therefore these they thing things think this those
though thought through thus time times to today together told tomorrow too took totally tried true truly try trying
two under unless until up upon ur us use used using usually ve very via want wants was wasn way ways we well went were
weren what whatever when where whether which while who whole whom whose why will with within without won word words
work would wouldn wow write writer wrong yeah year years yes yesterday yet you your youre yours yourself civil big
stop post posts check help watch video page agree called rt tweet ass fuck fucking shit com www http https
"""

_FRENCH: Final = """
a à ai aie ainsi alors apres après article articles as assez au aucun aucune aujourd auquel aura aurait aussi autre
autres aux avaient avait avant avec avez avoir avons ayant beau beaucoup bien bon bonjour bonne bravo c ça car ce ceci
cela celle celles celui cent ces cet cette ceux chacun chaque chez chose choses ci combien comme comment commentaire
commentaires contre d dans de debout dedans dehors déjà demain depuis dernier des dès deux devait devant devez devoir
dit dire dites doit doivent donc dont du elle elles en encore enfin entre envers es est et étaient était étant etc été
êtes être eu eux fait faire fais faites faut fois font grand grande hier hors hui ici il ils j jamais je juste l la là
le les leur leurs lors lui m ma maintenant mais mal me même mêmes merci mes mettre mieux moi moins mon monde monsieur
n ne ni non nos notre nôtre nous on ont or ou où oui par parce pareil parfois parle parmi pas passe pendant pense
personne personnes peu peut peuvent peux plus plusieurs plutôt point pour pourquoi pourtant pouvoir premier près
presque puis puisque qu quand que quel quelle quelles quelque quelques quels qui quoi rien s sa sans sauf se selon
sera serait ses seul seulement si sien soi soit sommes son sont sous souvent suis suit sur surtout t ta tant te tel
telle tellement temps tes toi ton toujours tous tout toute toutes très trop tu un une va vais vas vers veut veux vos
votre vôtre vous vont voilà voir vois voit vrai vraiment vu y dis dis-le ouais bref genre truc trucs
"""

_ARABIZI: Final = """
2ad 2al 2alo 2enno 2oul 3al 3ala 3an 3and 3anda 3andek 3andi 3andna 3ando 3andkom 3ashan 3alashan 3la 3lach 3lik 3lina
7ad 7ada 7aga 7aja 7agat 7atta e7na a7na ana ant anta ante anti ayez 3ayez 3ayzin awi 2awi ba2a ba3d ba3den baad bas
bass bara bezaf bezzaf barcha bech beh betaa3 beta3 beya bidna bl bel chi chou chno chkon chwiya da daba dah dawl deh
dellwa2ti delwa2ty dial dyal dyali dyalna di dol e el eh eih elly elli eli enno eno ento enta enti entou fe feen fen
fi fih fiha fin gedan gher ghir hada hadi hadchi hadak hadou hal hala2 hatta hay hayda heik heya hina hna hnaya hon
hooma houma howa howwa huma hwa ili illi inno ino inta inti intou iza izay ezay ezzay ka kaman kaan kan kanet kanu
kayen kayn keda kda keef kif kifach kifah kol koll kolo kolha kolhom kolena koulchi kteer ktir ktar la la2 laken lakin
law laysh le leh leih lel lesh lesa lessa leya li lik liha lih lina lilo lli lom ma ma3 ma3a ma3ak mafeesh mafish mafi
mafich makanch makayn mat mazal menna men min mesh mish mech mich mn mni7 mo mou mouch msh nas ness nta nti ntoma ra7
rah raho rahom rana rani raki rak s7 sa7 sah sar sha2 shi shno sho shou shu shwaya shway ta3 taa3 tab tani tany tawa
taw tayeb w wa wad wahed wa7ed wala walla wallah wallahi walahi wach wash wesh wayn ween win wein wla wlh wo ya ya3ni
yaani y3ni yalla yareit yeb2a yebqa yemken yomken zay zayy zy salam sbah chokran choukran shokran shukran mabrouk
mabrook habibi 7abibi khoya khouya sahbi akhi hahaha haha hehe lol mdr ptdr ki bi ha lah kima kifma 3a al ga3 aw fel
bs machi rabi rabbi rabena allah nchallah inchallah
"""

# How many of something, and which of them comes first, of anything at all. A million is often what it is about.
_NUMBERS: Final = """
اثنين اثنتان اثنتين اثنا اثني ثلاث ثلاثة تلاتة تلات أربع أربعة خمس خمسة ست ستة سبع سبعة ثمان ثماني ثمانية تمانية تسع
تسعة عشر عشرة عشرون عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين مئة
مائة
مية ثالث ثالثة رابع رابعة خامس عاشر ثلث ربع أهم أهمها الأهم
one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred third fourth fifth
trois quatre cinq six sept huit neuf dix vingt trente quarante cinquante cent
"""

_LISTS: Final = (
    _NUMBERS,
    _STANDARD_ARABIC,
    _INVOCATIONS,
    _EGYPTIAN,
    _LEVANTINE,
    _GULF_IRAQI,
    _MAGHREBI,
    _ENGLISH,
    _FRENCH,
    _ARABIZI,
)

STOP_WORDS: Final = frozenset(word for one in _LISTS for word in folded(one).split())

JOINING: Final = frozenset(folded("في من على عن of the de du des la le les l d").split())
"""Stop words that may stand within a phrase: «ارتفاع في الأسعار», "cost of living", "prix de l'essence"."""
