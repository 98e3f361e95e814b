"""Industries: what a filer sells, in which words, and in which proportions.

Three archetypes carry all statements: `product` (sells things or services), `property` (owns
long-lived assets) and `bank`. Proportions are per mille of revenue, so that all arithmetic
stays in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Archetype = Literal["product", "property", "bank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """One line of business."""

    name: str
    sic: str
    sic_title: str
    archetype: Archetype
    offers: str
    """What it sells, as prose says it."""
    segments: tuple[str, ...]
    customers: str
    inputs: str
    """What it buys or depends on."""
    risk: str
    """The risk that only this industry has."""
    measure: str
    """An operating measure that press releases count."""
    cost: int = 600
    research: int = 0
    overhead: int = 150
    depreciation: int = 40
    fixed_assets: int = 450
    """Property and equipment, per mille of a year's revenue."""
    stock: int = 100
    """Inventories, per mille of a year's revenue; 0: it has none."""
    prepaid: int = 0
    """Deferred revenue, per mille of a year's revenue."""


INDUSTRIES = (
    Industry(
        name="packaged software",
        sic="7372",
        sic_title="SERVICES-PREPACKAGED SOFTWARE",
        archetype="product",
        offers="scheduling and dispatch software",
        segments=("Subscriptions", "Services"),
        customers="hospitals, schools and transit agencies",
        inputs="hosting capacity and engineers",
        risk="an outage of our hosted service could leave customers unable to run their day",
        measure="customers",
        cost=300,
        research=180,
        overhead=250,
        fixed_assets=150,
        stock=0,
        prepaid=220,
    ),
    Industry(
        name="packaged foods",
        sic="2030",
        sic_title="CANNED, FROZEN & PRESERVED FRUIT, VEG & FOOD SPECIALTIES",
        archetype="product",
        offers="soups, sauces and frozen meals",
        segments=("Grocery", "Foodservice"),
        customers="supermarkets and caterers",
        inputs="tomatoes, dairy, steel cans and natural gas",
        risk="a recall of one of our recipes could harm the brand for years",
        measure="cases shipped",
        cost=640,
        research=8,
        overhead=170,
        stock=130,
    ),
    Industry(
        name="outdoor retail",
        sic="5940",
        sic_title="RETAIL-MISCELLANEOUS SHOPPING GOODS STORES",
        archetype="product",
        offers="tents, boots and bicycles",
        segments=("Stores", "Online"),
        customers="walkers, campers and cyclists",
        inputs="textiles and imported components",
        risk="a warm winter or a wet summer can leave us with goods that nobody wants",
        measure="stores",
        cost=620,
        overhead=240,
        stock=180,
        fixed_assets=300,
    ),
    Industry(
        name="medical devices",
        sic="3841",
        sic_title="SURGICAL & MEDICAL INSTRUMENTS & APPARATUS",
        archetype="product",
        offers="catheters and infusion pumps",
        segments=("Vascular", "Infusion"),
        customers="hospitals and clinics",
        inputs="polymers, sensors and sterilisation capacity",
        risk="a device that fails may hurt patients and lead to a recall",
        measure="units placed",
        cost=380,
        research=110,
        overhead=260,
        stock=120,
    ),
    Industry(
        name="trucking",
        sic="4213",
        sic_title="TRUCKING (NO LOCAL)",
        archetype="product",
        offers="refrigerated and dry freight haulage",
        segments=("Refrigerated", "Dry Van", "Brokerage"),
        customers="food producers and retailers",
        inputs="diesel, tyres and drivers",
        risk="a shortage of drivers limits the loads that we can accept",
        measure="loads hauled",
        cost=740,
        overhead=90,
        depreciation=80,
        fixed_assets=700,
        stock=10,
    ),
    Industry(
        name="water utility",
        sic="4941",
        sic_title="WATER SUPPLY",
        archetype="property",
        offers="drinking water and sewerage",
        segments=("Water", "Wastewater"),
        customers="households and municipalities",
        inputs="raw water, chemicals and electric power",
        risk="regulators may not let us recover what a new treatment plant costs",
        measure="connections",
        cost=350,
        overhead=110,
        depreciation=160,
        fixed_assets=4200,
        stock=0,
    ),
    Industry(
        name="office property",
        sic="6798",
        sic_title="REAL ESTATE INVESTMENT TRUSTS",
        archetype="property",
        offers="office and laboratory space",
        segments=("Office", "Laboratory"),
        customers="law firms, clinics and research institutes",
        inputs="land, building services and capital",
        risk="tenants who work from home may not renew their leases",
        measure="leased buildings",
        cost=330,
        overhead=70,
        depreciation=260,
        fixed_assets=6000,
        stock=0,
    ),
    Industry(
        name="community banking",
        sic="6022",
        sic_title="STATE COMMERCIAL BANKS",
        archetype="bank",
        offers="deposit accounts, mortgages and loans to small firms",
        segments=("Community Banking", "Mortgage"),
        customers="families, farms and small firms",
        inputs="deposits and borrowed funds",
        risk="borrowers in our counties may fail together when crop prices fall",
        measure="branches",
    ),
    Industry(
        name="restaurants",
        sic="5812",
        sic_title="RETAIL-EATING PLACES",
        archetype="product",
        offers="noodle and grill restaurants",
        segments=("Company Restaurants", "Franchise"),
        customers="diners in towns and suburbs",
        inputs="beef, rice, cooking oil and staff",
        risk="illness traced to one kitchen can empty all of them",
        measure="restaurants",
        cost=700,
        overhead=110,
        depreciation=60,
        fixed_assets=550,
        stock=15,
    ),
    Industry(
        name="packaging",
        sic="2650",
        sic_title="PAPERBOARD CONTAINERS & BOXES",
        archetype="product",
        offers="cartons and moulded fibre trays",
        segments=("Cartons", "Fibre", "Recycling"),
        customers="food and cosmetics makers",
        inputs="waste paper, pulp and energy",
        risk="the price of pulp moves faster than our contracts let us follow",
        measure="tonnes sold",
        cost=710,
        research=6,
        overhead=100,
        depreciation=60,
        fixed_assets=600,
    ),
    Industry(
        name="toys",
        sic="3944",
        sic_title="GAMES, TOYS & CHILDREN'S VEHICLES (NO DOLLS & BICYCLES)",
        archetype="product",
        offers="wooden railways and board games",
        segments=("Toys", "Games"),
        customers="toy shops and online sellers",
        inputs="beech wood, paper and ocean freight",
        risk="most of the year is decided in the ten weeks before the holidays",
        measure="titles in print",
        cost=520,
        research=40,
        overhead=280,
        stock=160,
    ),
    Industry(
        name="industrial sensors",
        sic="3823",
        sic_title="INDUSTRIAL INSTRUMENTS FOR MEASUREMENT, DISPLAY, AND CONTROL",
        archetype="product",
        offers="pressure and flow sensors",
        segments=("Process", "Mobility", "Aftermarket"),
        customers="pump makers and chemical plants",
        inputs="wafers, rare alloys and test capacity",
        risk="a single wafer plant makes the chip that most of our sensors need",
        measure="units shipped",
        cost=540,
        research=90,
        overhead=160,
        stock=140,
    ),
)
"""Taken in turn: the first twelve filers are of twelve industries."""
