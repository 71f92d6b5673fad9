"""Names of peoples, faiths, sects, sexes, regions and countries: a comment is not judged for naming one.

Neutral names only. A word that is itself an insult to a group is left to be learned.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from moderation.text.normalise import folded

_PEOPLES: Final = """
عرب عربي عربية عربيات أعراب عجم فرس فارسي فارسية فارسيين أكراد كرد كردي كردية كرديات أمازيغ أمازيغي أمازيغية أمازيغيين
بربر بربري تركمان تركماني تركمانية شركس شركسي شركسية أرمن أرمني أرمنية آشوري آشوريون آشوريين سريان سرياني نوبي نوبية
نوبيين نوبيون غجر غجري غجرية بدو بدوي بدوية أفارقة أفريقي أفريقية أفريقيين إفريقي آسيوي آسيوية آسيويين آسيويون سعودي
سعودية سعوديين سعوديون سعوديات مصري مصرية مصريين مصريون مصاروة مصريات سوري سورية سوريين سوريون سوريات لبناني لبنانية
لبنانيين لبنانيون لبنانيات فلسطيني فلسطينية فلسطينيين فلسطينيون فلسطينيات أردني أردنية أردنيين أردنيون أردنيات عراقي
عراقية عراقيين عراقيون عراقيات كويتي كويتية كويتيين كويتيون بحريني بحرينية بحرينيين بحرينيون قطري قطرية قطريين قطريون
إماراتي إماراتية إماراتيين إماراتيون عماني عمانية عمانيين عمانيون يمني يمنية يمنيين يمنيون يمنيات سوداني سودانية
سودانيين سودانيون سودانيات ليبي ليبية ليبيين ليبيون تونسي تونسية تونسيين تونسيون توانسة جزائري جزائرية جزائريين
جزائريون مغربي مغربية مغاربة مغربيات موريتاني موريتانية موريتانيين موريتانيون صومالي صومالية صوماليين صوماليون خليجي
خليجية خليجيين خليجيون شامي شامية شوام إيراني إيرانية إيرانيين إيرانيون تركي تركية أتراك أفغاني أفغانية أفغان باكستاني
باكستانية باكستانيين باكستانيون هندي هندية هنود بنغالي بنغالية بنغاليين بنغاليون فلبيني فلبينية فلبينيين فلبينيون
فلبينيات إثيوبي إثيوبية إثيوبيين إثيوبيون حبشي حبشية أحباش نيجيري نيجيرية صيني صينية صينيين صينيون روسي روسية روس
أمريكي أمريكية أمريكان أمريكيين أمريكيون أميركي أميركية أميركيين أميركيون أوروبي أوروبية أوروبيين أوروبيون فرنسي
فرنسية فرنسيين فرنسيون بريطاني بريطانية بريطانيين بريطانيون إنجليزي إنجليزية إنجليز ألماني ألمانية ألمان إسرائيلي
إسرائيلية إسرائيليين إسرائيليون إسباني إيطالي إيطالية أوكراني أوكرانية أوكرانيين أوكرانيون غربيين غربيون شرقيين لاجئ
لاجئة لاجئين لاجئون لاجئات مهاجر مهاجرة مهاجرين مهاجرون أجنبي أجنبية أجانب وافد وافدين
"""

_COUNTRIES: Final = """
سعودية مصر سوريا سورية لبنان فلسطين أردن عراق كويت بحرين قطر إمارات عمان يمن سودان ليبيا تونس جزائر مغرب موريتانيا
صومال جيبوتي إيران تركيا أفغانستان باكستان هند صين روسيا أمريكا أميركا أوروبا فرنسا بريطانيا ألمانيا إسرائيل إسبانيا
إيطاليا أوكرانيا أفريقيا إفريقيا خليج إثيوبيا نيجيريا غزة شام
"""

_FAITHS: Final = """
مسلم مسلمة مسلمين مسلمون مسلمات إسلام مسيحي مسيحية مسيحيين مسيحيون مسيحيات نصراني نصرانية نصارى أقباط قبطي قبطية يهود
يهودي يهودية يهوديات شيعة شيعي شيعية شيعيين شيعيون سنة سني سنية سنيين سنيون درزي درزية دروز علوي علوية علويين علويون
إسماعيلي إسماعيلية إسماعيليين إسماعيليون إيزيدي إيزيدية إيزيديين إيزيديون يزيدي يزيدية يزيديين يزيديون إباضي إباضية
إباضيين إباضيون زيدي زيدية زيديين زيديون صوفي صوفية صوفيين صوفيون سلفي سلفية سلفيين سلفيون بهائي بهائية بهائيين
بهائيون هندوس هندوسي هندوسية بوذي بوذية بوذيين بوذيون ملحد ملحدة ملحدين ملحدون صابئة مندائيين موارنة ماروني كاثوليك
كاثوليكي أرثوذكس أرثوذكسي بروتستانت متدين متدينة متدينين علماني علمانية علمانيين علمانيون متدينون محجبة محجبات منقبة
منقبات
"""

_SEXES_AND_AGES: Final = """
امرأة مرأة نساء نسوان سيدة سيدات بنت بنات فتاة فتيات رجل رجال شاب شابة شباب زوجة زوجات أم أمهات أب آباء عجوز عجائز مسن
مسنين مسنون مطلقة مطلقات أرملة أرامل
"""

_REGIONS: Final = """
صعيدي صعيدية صعايدة صعيد جنوبي جنوبية جنوبيين جنوبيون شمالي شمالية شماليين شماليون شرقي شرقية غربي غربية فلاح فلاحة
فلاحين فلاحون ريفي ريفية قروي قروية قرويين قرويون حضر حضري قبائل قبلي حمصي حمصية حماصنة حلبي حلبية حلبيين شاوي شاوية
قبائلي قبائلية ريفيين صحراوي صحراوية صحراويين صحراويون نجدي نجدية حجازي حجازية جيزاوي سيناوي نابلسي خليلي غزاوي غزي
بغدادي بصراوي مصلاوي عدني صنعاني حضرمي حضرمية
"""

_LATIN: Final = """
arab arabs arabic muslim muslims islam islamic christian christians christianity copt copts coptic jew jews jewish
shia shiite shiites sunni sunnis druze alawite alawites yazidi yazidis sufi sufis hindu hindus buddhist buddhists sikh
sikhs atheist atheists catholic catholics protestant protestants orthodox mormon mormons kurd kurds kurdish berber
berbers amazigh persian persians turk turks turkish armenian armenians saudi saudis egyptian egyptians syrian syrians
lebanese palestinian palestinians jordanian jordanians iraqi iraqis kuwaiti kuwaitis bahraini bahrainis qatari qataris
emirati emiratis omani omanis yemeni yemenis sudanese libyan libyans tunisian tunisians algerian algerians moroccan
moroccans mauritanian somali somalis iranian iranians afghan afghans pakistani pakistanis indian indians bangladeshi
bangladeshis filipino filipinos ethiopian ethiopians nigerian nigerians african africans asian asians chinese japanese
korean koreans russian russians ukrainian ukrainians american americans canadian canadians mexican mexicans european
europeans french german germans british english irish scottish italian italians spanish polish israeli israelis latino
latinos hispanic hispanics white whites black blacks immigrant immigrants migrant migrants refugee refugees foreigner
foreigners woman women man men girl girls boy boys female females male males lady ladies wife wives mother mothers
feminist feminists gay gays lesbian lesbians bisexual transgender trans queer lgbt homosexual homosexuals straight
heterosexual southern southerner southerners northern northerner northerners disabled blind deaf elderly old young
egypt syria lebanon palestine jordan iraq kuwait bahrain qatar emirates oman yemen sudan libya tunisia algeria morocco
iran turkey afghanistan pakistan india china russia ukraine america europe france germany britain israel africa femme
femmes homme hommes musulman musulmane musulmans musulmanes chrétien chrétienne chrétiens chrétiennes juif juive juifs
juives arabes algérien algérienne algériens marocain marocaine marocains tunisien tunisienne tunisiens français
française africain africaine africains noir noire noirs blanc blanche blancs immigré immigrés réfugié réfugiés
étranger étrangers
"""

NAMES: Final = frozenset(
    folded(name)
    for names in (_PEOPLES, _COUNTRIES, _FAITHS, _SEXES_AND_AGES, _REGIONS, _LATIN)
    for name in names.split()
)


def points() -> NDArray[np.uint32]:
    """The names in alphabetical order as code points, a zero after each."""
    return np.array([ord(letter) for name in sorted(NAMES) for letter in f"{name}\0"], np.uint32)
