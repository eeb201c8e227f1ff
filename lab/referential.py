"""A fictional FASE list of any size, in the header and the format of the edition of 2023, dirt included.

``python -m lab.referential --organisations 80 --seed 2024 --output FILE``: the same arguments give the same bytes.
Schools, organising bodies, streets and numbers are invented; only the communes exist.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

HEADER = (
    "N° FASE de l'établissement",
    "Nom de l'établissement",
    "Numéro BCE de l'établissement",
    "Type d'enseignement",
    "Niveau",
    "Genre",
    "Réseau",
    "Adresse de l'établissement",
    "Code postal de l'établissement",
    "Localité de l'établissement",
    "Commune de l'établissement",
    "Bassin",
    "Arrondissement administratif",
    "N° FASE de l'implantation",
    "Adresse de l'implantation",
    "Code postal de l'implantation",
    "Localité de l'implantation",
    "Commune de l'implantation",
    "Latitude",
    "Longitude",
    "N° FASE du P.O.",
    "Nom de P.O.",
    "N° BCE du P.O.",
    "Adresse du P.O.",
    "Code postal du P.O.",
    "Localité du P.O.",
    "Commune du P.O.",
    "geolocalisation",
)

SMALLEST, LARGEST = 40, 400_000
_TWO_BOMS = b"\xef\xbb\xbf" * 2

_PLACES = (
    ("1070", "Anderlecht", "Bruxelles", "Bruxelles-Capitale", 50.84, 4.30),
    ("1030", "Schaerbeek", "Bruxelles", "Bruxelles-Capitale", 50.87, 4.38),
    ("1300", "Wavre", "Brabant wallon", "Nivelles", 50.72, 4.61),
    ("1400", "Nivelles", "Brabant wallon", "Nivelles", 50.60, 4.33),
    ("4500", "Huy", "Huy-Waremme", "Huy", 50.52, 5.24),
    ("4300", "Waremme", "Huy-Waremme", "Waremme", 50.70, 5.25),
    ("4000", "Liège", "Liège", "Liège", 50.63, 5.57),
    ("4800", "Verviers", "Verviers", "Verviers", 50.59, 5.86),
    ("5000", "Namur", "Namur", "Namur", 50.47, 4.87),
    ("5500", "Dinant", "Namur", "Dinant", 50.26, 4.91),
    ("6600", "Bastogne", "Luxembourg", "Bastogne", 50.00, 5.72),
    ("6700", "Arlon", "Luxembourg", "Arlon", 49.68, 5.81),
    ("7500", "Tournai", "Wallonie Picarde", "Tournai-Mouscron", 50.61, 3.39),
    ("7000", "Mons", "Hainaut Centre", "Mons", 50.45, 3.95),
    ("6000", "Charleroi", "Hainaut Sud", "Charleroi", 50.41, 4.44),
    ("9600", "Renaix", "Hors zones", "Audenarde", 50.75, 3.60),
)
_RESEAUX = {
    "Subventionné communal": ("Administration communale de Val-{}", "Ecole communale {}"),
    "Libre confessionnel": ("Comité scolaire Saint-{} ASBL", "Ecole libre Sainte-{}"),
    "WBE": ("Pouvoir organisateur public « {} »", "Athénée royal {}"),
    "Libre non confessionnel": ("Les amis de l’école {} ASBL", "Ecole active {}"),
    "Subventionné provincial": ("Province imaginaire « {} »", "Institut provincial {}"),
    "COCOF": ("Collège des institutions « {} »", "Institut  bruxellois {}"),
}
# fmt: off
_NAMES = (
    "Clairmont", "Valdoré", "Pontrouge", "Hautefontaine", "Bellelande", "Tournelune", "Grisoreille",
    "Florimond", "Ondine", "Merlebois", "Cendrillac", "Sablonnet", "Roncevent", "Quatrefeuilles",
    "Neigelune", "Ventdouest", "Briselame", "Lunargent", "Orvalon", "Tillerose", "Pervenchel",
    "Mirabois", "Aubépin", "Fougeraie", "Grandcerf", "Petitru", "Hirondel", "Primevère", "Colchique",
    "Genévrin",
)
# fmt: on
_STREETS = ("Rue du Hibou", "Place de la Girouette", "Avenue des Nuages", "Chemin de l’Escargot", "Rue  aux Craies")
_TYPES = (
    (("Maternel ordinaire", "Fondamental"), ("Primaire ordinaire", "Fondamental")),
    (("Maternel ordinaire", "Fondamental"),),
    (("Primaire ordinaire", "Fondamental"), ("Secondaire ordinaire", "Secondaire")),
    (("Secondaire ordinaire", "Secondaire"), ("Secondaire CEFA", "Secondaire")),
    (("Promotion sociale secondaire", "Secondaire"), ("Promotion sociale supérieur", "Supérieur")),
    (("Artistique à horaire réduit", "Secondaire"),),
    (("Haute École", "Supérieur"),),
)
_SPECIAL = (("Maternel spécialisé", "Fondamental"), ("Primaire spécialisé", "Fondamental"))


@dataclass(frozen=True)
class _Seat:
    street: str
    place: tuple[str, str, str, str, float, float]

    def cells(self) -> list[str]:
        code, commune = self.place[:2]
        return [self.street, code, commune.upper(), commune]


@dataclass(frozen=True)
class _Owner:
    number: int
    name: str
    bce: str
    reseau: str
    seat: _Seat


@dataclass(frozen=True)
class _School:
    number: str
    name: str
    bce: str
    genre: str
    types: Sequence[tuple[str, str]]
    seat: _Seat
    sites: Sequence[tuple[int, _Seat]]
    owner: _Owner


def generate(organisations: int, seed: int) -> bytes:
    """The bytes of a list of ``organisations``, a quarter of them organising bodies.

    Raises ``ValueError`` outside :data:`SMALLEST` to :data:`LARGEST`: below, the dirt has no room; above, numbers
    of six digits run out.
    """
    if not SMALLEST <= organisations <= LARGEST:
        raise ValueError(f"organisations must be {SMALLEST} to {LARGEST}, not {organisations}")
    random = Random(seed)
    owners = list(_owners(random, organisations // 4))
    schools = list(_schools(random, owners, organisations - len(owners)))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in _dirty([row for school in schools for row in _rows(school)], schools):
        writer.writerow(row)
    return _TWO_BOMS + text.getvalue().encode("utf-8")


def _numbers(random: Random, count: int, lowest: int, usual_top: int) -> list[int]:
    """Distinct numbers, sparse as in the real list; the range grows with the size, up to six digits."""
    top = min(999_999, max(usual_top, count * 3))
    return sorted(random.sample(range(lowest, top), count))


def _seat(random: Random) -> _Seat:
    return _Seat(f"{random.choice(_STREETS)} {random.randrange(1, 200)}", random.choice(_PLACES))


def _owners(random: Random, count: int) -> Iterator[_Owner]:
    reseaux = list(_RESEAUX)
    # The first one is the number that is also a school's: see _schools.
    numbers = [1347, *(n for n in _numbers(random, count, 1, 1300) if n != 1347)][:count]
    for index, number in enumerate(numbers):
        reseau = reseaux[index % len(reseaux)]
        name = _RESEAUX[reseau][0].format(random.choice(_NAMES))
        bce = "" if index == 3 else f"02{random.randrange(10**7, 10**8)}"
        yield _Owner(number, name, bce, reseau, _seat(random))


def _schools(random: Random, owners: Sequence[_Owner], count: int) -> Iterator[_School]:
    fixed = [4, 1347, 95712, 95731]
    drawn = [n for n in _numbers(random, count, 100, 5988) if n not in fixed]
    numbers = sorted([*fixed, *drawn[: count - len(fixed)]])
    site, shared = 11, (11, _seat(random))
    for index, number in enumerate(numbers):
        # Every organising body has a school: one without would not be in the list.
        owner = owners[index] if index < len(owners) else owners[random.randrange(len(owners))]
        seat = _seat(random)
        sites = [(site + 1, seat)]
        if random.random() < 0.3:
            sites.append((site + 2, _seat(random)))
        if index in (5, 6):
            sites.append(shared)
        site += 3
        special = random.random() < 0.08
        yield _School(
            number=str(number),
            name=_NAMED.get(index) or _RESEAUX[owner.reseau][1].format(random.choice(_NAMES)),
            bce="" if index == 7 else f"2{random.randrange(10**8, 10**9)}",
            genre="Spécialisé" if special else "Ordinaire",
            types=_SPECIAL if special else _TYPES[0 if index % 2 else random.randrange(len(_TYPES))],
            seat=seat,
            sites=sites,
            owner=owner,
        )


_NAMED = {
    2: 'Ecole fondamentale "Les Clairières" (P1-M8)',
    4: "Ecole  de l’Escargot  d'Or",
    8: "Centre scolaire « Au bois dormant »",
    9: "Ecole communale {{ inventory_hostname }} du Gabarit",
    10: "Institut technique et professionnel d’enseignement secondaire de plein exercice et en alternance de la "
    "Haute-Fontaine imaginaire",
}
"""School index → name that no reader may stumble over."""


def _rows(school: _School) -> Iterator[list[str]]:
    place = school.seat.place
    for number, site in school.sites:
        for kind, niveau in school.types:
            latitude, longitude = f"{site.place[4]:.7f}", f"{site.place[5]:.7f}"
            yield [
                *(school.number, school.name, school.bce, kind, niveau, school.genre, school.owner.reseau),
                *(*school.seat.cells(), place[2], place[3], str(number), *site.cells(), latitude, longitude),
                *(str(school.owner.number), school.owner.name, school.owner.bce, *school.owner.seat.cells()),
                f"{latitude}, {longitude}",
            ]


def _dirty(rows: list[list[str]], schools: Sequence[_School]) -> list[list[str]]:
    """The faults real exports have: two numbers in one cell, two names for one school, no coordinates."""
    renamed = next(index for index, row in enumerate(rows) if row[0] == schools[12].number)
    rows.insert(renamed + 1, [rows[renamed][0], f"{rows[renamed][1]} (section)", *rows[renamed][2:]])
    composite = list(rows[-1])
    composite[0] = f"{schools[14].number}/{schools[13].number}"
    rows.insert(len(rows) // 2, composite)
    rows[3][18] = rows[3][19] = rows[3][27] = ""
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one list; the exit status is 0, or 2 for arguments that cannot be met."""
    parser = argparse.ArgumentParser(prog="python -m lab.referential", description=__doc__)
    parser.add_argument("--organisations", type=int, default=80, metavar="N", help="default: 80")
    parser.add_argument("--seed", type=int, default=2024, metavar="S", help="default: 2024")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")
    said = parser.parse_args(arguments)
    try:
        said.output.write_bytes(generate(said.organisations, said.seed))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{said.output}: {said.organisations} organisations, seed {said.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
