"""Subjects of the general text: words and sentences of everyday topics, none of them finance.

They hold numbers, and words that finance shares (a bank of a river, a share of the bread,
interest in birds), because a classifier that only learned "digits mean finance" would be
worthless.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One topic: a title, words by role, sentences in their order, and a closing for texts that
    fall short."""

    name: str
    title: str
    words: dict[str, tuple[str, ...]]
    sentences: tuple[str, ...]
    closing: str


SUBJECTS = (
    Subject(
        "recipes",
        "[A simple|Our favourite|Winter] {dish} with {herb}",
        {
            "dish": (
                "lentil soup",
                "apple tart",
                "barley stew",
                "onion pie",
                "rice pudding",
                "bean salad",
            ),
            "herb": ("thyme", "parsley", "dill", "sage", "mint"),
            "pan": ("a heavy pan", "a clay pot", "an iron skillet"),
            "base": ("onions", "carrots", "leeks", "potatoes", "mushrooms"),
        },
        (
            "This {dish} [feeds|serves] {n} people and [takes|needs] about {m} minutes.",
            "Chop {n} {base} [finely|into small cubes] and [soften|fry] them in {pan} with a "
            "little "
            "oil.",
            "Add {m} grams of {other_base} and [stir|turn] until they [begin to colour|smell "
            "sweet].",
            "Pour in water, [bring it to the boil|let it come to a simmer] and lower the flame.",
            "Season with salt and a handful of {herb}; [taste before you add more|go lightly at "
            "first].",
            "After {k} minutes test one piece with a fork: it should [yield|give way] without "
            "falling apart.",
            "Some cooks [swear by|like] {other_herb} here, but it [can hide|hides] the flavour of "
            "the {base}.",
            "Let the {dish} rest, then [share|divide] it among warm bowls.",
            "What is left keeps for {n} days in a cold place and [tastes better|improves] on the "
            "second day.",
        ),
        "Bread rubbed with garlic goes well with it, and so does a plain green salad.",
    ),
    Subject(
        "gardening",
        "[Growing|How to grow] {plant} in {place}",
        {
            "plant": ("tomatoes", "sweet peas", "runner beans", "lavender", "garlic", "dahlias"),
            "place": ("a small garden", "pots", "heavy clay", "a windy spot", "half shade"),
            "enemy": ("slugs", "aphids", "pigeons", "late frosts", "mildew"),
            "food": ("compost", "leaf mould", "bone meal"),
        },
        (
            "Sow {plant} {n} weeks before the last frost, [in trays|in small pots] on a bright "
            "sill.",
            "The soil should be [loose|crumbly] and rich; dig in {food} the autumn before.",
            "Set the seedlings {m} centimetres apart and water them in [well|thoroughly].",
            "{enemy} are the [chief|usual] trouble, so [look under the leaves|inspect them] every "
            "evening.",
            "In dry spells [give|pour] {n} litres to each plant twice a week rather than a little "
            "every day.",
            "Pinch out the tips when they reach {k} centimetres [to make them bushy|so that they "
            "branch].",
            "A mulch of {other_food} keeps the roots cool and [saves|spares] you much weeding.",
            "[Pick|Gather] them in the morning while the dew is still on them.",
            "In {place} they may need a [stake|support] against the wind.",
        ),
        "Save seed from the strongest plant and dry it in a paper bag until spring.",
    ),
    Subject(
        "travel",
        "[Three days|A weekend|A walk] in {town}",
        {
            "town": (
                "the old harbour",
                "the hill villages",
                "the lake country",
                "the northern isles",
                "the market town",
            ),
            "way": ("by the slow train", "on foot", "by bicycle", "by the morning ferry"),
            "sight": (
                "a lighthouse",
                "a ruined abbey",
                "a covered market",
                "a wooden bridge",
                "a clock tower",
            ),
            "food": ("smoked fish", "chestnut cake", "flat bread", "goat cheese"),
        },
        (
            "We [came|arrived] {way} and [found|took] a room above the bakery.",
            "The path along the bank of the river leads in {m} minutes to {sight}.",
            "Built in {y}, it [leans|stands] a little to one side and [is open|may be climbed] "
            "until dusk.",
            "[At noon|Around midday] everybody sits in the square and eats {food}.",
            "A bus runs {n} times a day, [but the walk is better|though never on Sundays].",
            "From the top you see {k} chimneys, the sea and, on clear days, {other_sight} on the "
            "far shore.",
            "The locals [show|take] great interest in strangers and [tell|repeat] the story of the "
            "flood of {y}.",
            "Bring [good shoes|a coat]: the weather [turns|changes] within the hour.",
            "On the last evening there was {other_food} and somebody played the accordion.",
        ),
        "We left earlier than we wished and have meant to return ever since.",
    ),
    Subject(
        "sports",
        "{team} [beat|hold|lose to] {other} [at home|in the rain|after extra time]",
        {
            "team": ("Harrowgate", "Easterby", "Northmoor", "Calder Vale", "Wexcombe"),
            "other": ("Riverside", "Stonebridge", "Ashdown", "Millbrook"),
            "player": ("Okafor", "Lindqvist", "Moreau", "Tanaka", "Brandt"),
            "act": ("a header", "a long shot", "a penalty", "a clever pass"),
        },
        (
            "{team} met {other} before a crowd of {m} hundred on [Saturday|a wet evening].",
            "{player} [opened|began] the scoring after {n} minutes with {act}.",
            "The visitors [answered|replied] through {other_player}, who [found space|slipped "
            "past] "
            "on the left.",
            "At the break it was {n} all, and the [coach|trainer] [changed|replaced] two of his "
            "midfielders.",
            "In minute {k} the referee [waved away|refused] a claim for a penalty.",
            "[The goalkeeper|Their captain] saved twice from {player} before the whistle.",
            "It was match number {n} without defeat for {team}, their best run since {y}.",
            "The supporters sang [until the lights went out|all the way to the station].",
            "Next week {other} travel to {other_team}, where they have not won in {n} years.",
        ),
        "The return match will be played in spring, when both sides hope to have their injured "
        "back.",
    ),
    Subject(
        "programming",
        "[How the|Notes on the] {thing} [works|behaves] in this library",
        {
            "thing": ("parser", "cache", "scheduler", "logger", "iterator", "router"),
            "call": ("open()", "close()", "flush()", "next()", "reset()"),
            "type": ("a string", "a tuple", "a dictionary", "a byte array"),
            "error": ("ValueError", "KeyError", "TimeoutError"),
        },
        (
            "The {thing} [takes|accepts] {type} and returns {other_type}.",
            "Call `{call}` [once|exactly once] before the loop; calling it twice raises {error}.",
            "Internally it keeps a buffer of {k} entries and [drops|forgets] the oldest one.",
            "If the argument is empty, the function [returns at once|does nothing].",
            "Version {n}.{k} changed the default, because [users|people] were surprised by the old "
            "one.",
            "A test covers {m} percent of the branches; the rest [needs|wants] a slow disk to be "
            "reached.",
            "The balance between speed and memory is set with one option, which [defaults|is set] "
            "to {m}.",
            "Do not share an instance between threads unless you [hold|take] the lock first.",
            "When in doubt, [read the source|look at the examples]: it is only {k} lines long.",
        ),
        "Bug reports are welcome; please add the smallest program that shows the fault.",
    ),
    Subject(
        "history",
        "[The|A short history of the] {thing} of {place}",
        {
            "thing": ("mill", "bell tower", "canal", "printing house", "observatory", "ferry"),
            "place": ("the river valley", "the upper town", "the eastern shore", "the monastery"),
            "people": ("weavers", "monks", "boatmen", "carpenters", "schoolmasters"),
            "event": ("a fire", "a flood", "a long drought", "a quarrel"),
        },
        (
            "The {thing} was [begun|founded] in {y} by a guild of {people}.",
            "Its [first|oldest] walls were of oak and stood on the southern bank of the stream.",
            "{event} destroyed it within {n} hours, and for {k} years nothing [took|was put in] "
            "its "
            "place.",
            "The {other_people} rebuilt it in stone, and each household gave a share of the work.",
            "A chronicle [counts|lists] {m} persons who lived there, among them {n} apprentices.",
            "Travellers [praised|mention] its garden and complained of the food.",
            "After {other_event} the roof was [raised|mended] once more, as a date above the door "
            "records.",
            "By the time of the railway it had lost its purpose and [served|was used] as a school.",
            "Today a small museum [keeps|shows] the tools, the ledgers and one wooden shoe.",
        ),
        "Much of what is told about its founder cannot be proved, but the stones are there to be "
        "seen.",
    ),
    Subject(
        "weather",
        "[Forecast|Outlook] for {place}",
        {
            "place": ("the coast", "the highlands", "the southern plains", "the lakes"),
            "sky": ("bright spells", "low cloud", "patchy fog", "thin sunshine"),
            "wind": ("westerly", "northerly", "light easterly", "fresh southerly"),
        },
        (
            "[Tonight|This evening] brings {sky} to {place}, with a {wind} wind.",
            "Temperatures will [fall|drop] to {n} degrees inland and stay near {k} on the shore.",
            "By morning there [may|could] be {other_sky}, most likely in the valleys.",
            "Rain [arrives|spreads] from the west after noon; up to {m} millimetres are possible "
            "on "
            "the hills.",
            "Gusts of {m} kilometres an hour are expected [near|around] exposed headlands.",
            "The weekend looks [drier|calmer], and the {other_wind} breeze will ease.",
            "Drivers should [allow|leave] more time, since roads over the pass may be icy.",
            "Pressure rises slowly, so the change [should|ought to] last until midweek.",
            "The record for the day, set in {y}, is not [in danger|threatened].",
        ),
        "The next outlook will be issued at six in the morning.",
    ),
    Subject(
        "music",
        "[Rehearsing|Listening to] the {work} in {key}",
        {
            "work": ("quartet", "mass", "serenade", "ballad", "sonata"),
            "key": ("D minor", "E flat", "G major", "F sharp minor"),
            "voice": ("viola", "clarinet", "alto", "horn", "cello"),
        },
        (
            "The {work} has {n} movements and lasts about {m} minutes.",
            "It [opens|begins] with the {voice} alone, over a drone that [never quite|hardly] "
            "settles.",
            "Written in {y}, it was [put away|forgotten] and found again in a church cupboard.",
            "In bar {k} the {other_voice} takes up the tune and [turns|bends] it into {other_key}.",
            "Play it [more slowly|with less weight] than the page suggests; the pulse is in {n}.",
            "The slow movement asks for [patience|a long breath] and repays it.",
            "Our {voice} player marked {k} places where the edition is [doubtful|wrong].",
            "Balance matters: the {voice} must not [cover|drown] the {other_voice}.",
            "[At the end|In the coda] everything returns to {key}, as if nothing had happened.",
        ),
        "There are few recordings, and none of them takes the repeats.",
    ),
    Subject(
        "birds",
        "[Watching|A morning with] the {bird} at {place}",
        {
            "bird": ("heron", "swift", "crested tit", "nightjar", "curlew", "kingfisher"),
            "place": ("the reed beds", "the old quarry", "the estuary", "the mill pond"),
            "food": ("small fish", "beetles", "seeds", "worms"),
        },
        (
            "The {bird} [returns|comes back] to {place} {n} weeks after the thaw.",
            "We counted {k} of them, [more|fewer] than in any year since {y}.",
            "It feeds on {food} and, when the water is high, on {other_food}.",
            "The nest is a [loose heap|neat cup] of twigs on the bank, {m} centimetres above the "
            "water.",
            "Both parents [sit|brood] in turn for {k} days and [share|divide] the feeding of the "
            "young.",
            "Its call is [harsh|thin] and carries far over the water at dusk.",
            "People with an interest in the {other_bird} often [miss|overlook] it.",
            "Keep {m} metres away: a bird that leaves its eggs may not [return|come back].",
            "By autumn only {n} pairs [remain|are left], and the first frost sends them south.",
        ),
        "A notebook and patience are worth more here than a costly glass.",
    ),
    Subject(
        "repairs",
        "[Mending|How to mend] a {thing}",
        {
            "thing": (
                "dripping tap",
                "squeaking door",
                "bicycle chain",
                "wooden chair",
                "paper lampshade",
            ),
            "tool": ("a spanner", "a mallet", "fine sandpaper", "a sharp knife", "two clamps"),
            "stuff": ("glue", "oil", "wax", "twine"),
        },
        (
            "Before you begin, [find|lay out] {tool} and a cloth.",
            "Take the {thing} apart [step by step|slowly] and put the {n} screws in a saucer.",
            "Clean the joint, [then|and after that] work in a drop of {stuff}.",
            "If it still [sticks|wobbles], use {other_tool}, never force.",
            "Leave it for {k} hours; the {stuff} [needs|wants] time to set.",
            "Most people [spoil|ruin] the work by tightening too much.",
            "A new part is {m} millimetres wide: [measure|check] twice before you cut.",
            "[Wipe off|Remove] what is left with a dry cloth.",
            "Done with care, the repair [lasts|holds] for {n} years or more.",
        ),
        "When the crack runs through the whole piece it is better to begin anew.",
    ),
    Subject(
        "astronomy",
        "[What to see|The sky] in {month}",
        {
            "month": ("March", "August", "November", "January"),
            "object": ("the Pleiades", "Saturn", "the Orion nebula", "the waning moon", "Vega"),
            "place": ("low in the east", "almost overhead", "just above the horizon"),
        },
        (
            "{object} [stands|shines] {place} after sunset.",
            "Its light [left|set out] {k} years ago and looks faintly [blue|yellow].",
            "With a glass that magnifies {m} times you can [make out|separate] {n} companions.",
            "On day {n} of the month the moon passes {n} degrees south of {other_object}.",
            "Meteors may be seen at a rate of {k} an hour when the sky is [dark|free of haze].",
            "Let your eyes rest for {k} minutes, and [avoid|do without] white lamps.",
            "The orbit was first [computed|worked out] in {y} with pen and paper.",
            "{other_object} [rises|comes up] later each night and is gone by the end of {month}.",
            "Interest in such things [began|grows] for many with a pair of field glasses.",
        ),
        "Cloud is the astronomer's only enemy that no money can remove.",
    ),
    Subject(
        "schools",
        "[A letter|News] from the {place} school",
        {
            "place": ("village", "hill", "riverside", "forest"),
            "subject": ("reading", "drawing", "arithmetic", "geography", "singing"),
            "thing": ("a puppet play", "a weather diary", "a map of the parish", "a paper bridge"),
        },
        (
            "This term {m} children came to us, {n} of them for the first time.",
            "The youngest are [busy with|learning] {subject}; the older ones [made|built] {thing}.",
            "It took {k} days, and nobody [wanted|wished] to stop.",
            "In {other_subject} we [read|worked] aloud in pairs, so that the slow and the quick "
            "[help|teach] each other.",
            "The roof [leaks|drips] over the second bench, and we have [moved|shifted] it.",
            "Parents who would like to take stock of the library are [welcome|invited] on "
            "Thursday.",
            "We thank the baker, who [gave|sent] {k} loaves for the outing.",
            "On the walk the class [found|saw] {other_thing} left from last year and laughed.",
            "Holidays begin in {n} weeks; books should [be returned|come back] before then.",
        ),
        "Please send a coat and dry shoes with every child.",
    ),
)
