"""Word lists of the rule-based extractor: what looks like a name or a term in English text and is none."""

_SMALL = """
    a about above across after again against all almost along already also although always am among an and
    another any anyone anything are around as at away back be became because become been before began behind
    being below beneath beside besides between beyond both but by call can cannot case chapter come consider
    could did do does doing done down during each either else enough etc even every everyone everything
    example examples except false few fig figure finally find first followed following for former four from
    full further generally get give given go had has have having he hence her here hers herself him himself
    his how however i if in indeed instead into is it its itself just keep last later latter least less let
    like likely list look made mainly make many may maybe me mean means meanwhile might mine more moreover
    most mostly much must my myself neither never nevertheless new next no nobody none nonetheless nor not
    note notes nothing now of off often ok old on once one ones only onto open or other others otherwise our
    ours ourselves out over own part per perhaps please possibly previous put quite rather really recently
    regarding remember run same section see seem several shall she should similarly simply since six so some
    somebody someone something sometimes somewhere soon still such sure table take ten than that the their
    theirs them themselves then there therefore these they thing things third this those though three through
    throughout thus to together too toward towards true try two type under unless unlike until unto up upon
    us use used useful using usually version very via want was way we well were what whatever when whenever
    where whereas whereby wherever whether which while who whoever whole whom whose why will with within
    without would write yes yet you your yours yourself
"""
SMALL = frozenset(_SMALL.split())

_DATES = """
    am apr april aug august dec december feb february fri friday gmt jan january jul july jun june mar march
    may mon monday nov november oct october pm sat saturday sep sept september sun sunday thu thursday tue
    tuesday utc wed wednesday
"""
DATES = frozenset(_DATES.split())

# Upper-case words that emphasise (the key words of RFC 2119 among them), and Roman numerals.
_SHOUTED = """
    a all always an and any be can caution do if ii iii important in is it iv ix may must never no not note
    of ok on only optional or recommended required shall should the to todo vi vii viii warning xi xii xiii
    xiv xv xx yes
"""
SHOUTED = frozenset(_SHOUTED.split())

# What divides or opens a document without being its subject.
_BOILERPLATE = """
    rationale thanks errata summary documentation documents
    about abstract acknowledgement appendix author background basics bibliography change changelog chapter
    colophon conclusion contact content convention copyright credit dedication definition description detail
    disclaimer document example faq feedback figure footnote foreword further general glossary history home
    index information introduction introductory legal licence license menu misc miscellaneous more navigation
    next note notice other overview page part preface previous purpose question reference requirement scope
    search section standard summary synopsis table terminology title todo top topic trademark translation
    untitled welcome
"""
BOILERPLATE = frozenset(_BOILERPLATE.split())

# Hyphenated English, as opposed to identifiers such as `dpkg-source`.
_HYPHEN_FIRST = """
    all anti architecture back best brand built case case-by co command cross day deep double easy end ever
    extra far fast few first five follow forward four free front full fully good half hand hard head high
    highly hot human ill in inter just key kind large last late left left-hand less life light like little
    long look low lower machine main major man many medium mid middle mind minor more most much multi near
    new newly no non object off old on one open out over own part per platform poor post pre pro quasi quick
    re read real right right-hand run second self semi set seven short side single six slow small so soft
    some state step sub super system ten then third third-party three time to top trade twice two ultra un
    under up upper user vice warm well wide wild word world write x year zero
"""
HYPHEN_FIRST = frozenset(_HYPHEN_FIRST.split())
_HYPHEN_LAST = """
    able aware based bit by case code compatible dependent down driven early end ended even existent facing
    file fold follow format free friendly generated half hand ibid in independent invoked known less level
    like line long made minded name neutral new off on only oriented out over own packaged page part party
    place prone provided purpose quality ready related resistant rich safe scale sensitive side sided size
    sized specific specified standard style supplied term text time to two type up upon way wide width wise
    word year years zero
"""
HYPHEN_LAST = frozenset(_HYPHEN_LAST.split())

_HYPHEN_INSIDE = "a and as at by for from in of on or out the to up with"
HYPHEN_INSIDE = frozenset(_HYPHEN_INSIDE.split())

_JOINED_BY_SLASH = """
    a an and either false he her him his in input its no not off on or out output read she the true write yes
"""
JOINED_BY_SLASH = frozenset(_JOINED_BY_SLASH.split())
