"""German and French for the general text, so that rules which keep some languages have work."""

from __future__ import annotations

from qhdata.universe.general_subjects import Subject

TONGUES = {
    "de": Subject(
        "de",
        "[Ein Tag|Ein Spaziergang] am {ort}",
        {
            "ort": ("See", "Fluss", "Waldrand", "alten Hafen"),
            "tier": ("Reiher", "Dachs", "Specht", "Fuchs"),
        },
        (
            "Am frühen Morgen [gingen wir|liefen wir] zum {ort}, wo noch der Nebel stand.",
            "Nach {n} Kilometern sahen wir einen {tier}, der uns lange [ansah|beobachtete].",
            "Die Bäckerei hatte schon geöffnet, und es roch nach frischem Brot und Kaffee.",
            "Ein alter Mann erzählte, dass hier im Jahr {y} eine Mühle gestanden habe.",
            "Gegen Mittag [begann es zu regnen|zogen Wolken auf], und wir suchten Schutz unter den "
            "Bäumen.",
            "Auf dem Rückweg zählten die Kinder {k} Boote und stritten sich um die Zahl.",
            "Am Abend saßen wir noch lange am Tisch und sprachen über die Reise des nächsten "
            "Jahres.",
        ),
        "Es war ein stiller Tag, und keiner von uns wollte nach Hause fahren.",
    ),
    "fr": Subject(
        "fr",
        "[Une journée|Une promenade] [au|près du] {lieu}",
        {
            "lieu": ("lac", "village", "jardin", "moulin"),
            "plat": ("une soupe", "une tarte", "du pain", "un fromage"),
        },
        (
            "Le matin, nous sommes partis à pied vers le {lieu}, malgré la pluie.",
            "Il y avait là {n} maisons et une petite église construite en {y}.",
            "À midi, on nous a servi {plat} avec des légumes du jardin.",
            "La dame qui nous recevait [parlait|racontait] des histoires de son enfance pendant la "
            "guerre.",
            "Les enfants ont compté {k} canards et voulaient tous les ramener à la maison.",
            "L'après-midi, le soleil est revenu et nous avons dormi sous les arbres.",
            "Le soir, on a joué de la musique jusqu'à ce que les lampes s'éteignent.",
        ),
        "Nous avons promis de revenir au printemps, quand les cerisiers seront en fleurs.",
    ),
}
