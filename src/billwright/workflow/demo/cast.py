"""The companies, plans and customers of the demo: data, and names that nobody could take for real."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from billwright.catalog.rows import Escalation, TierRow
from billwright.catalog.states import IntervalUnit, PriceModel, Timing
from billwright.usage.states import Aggregate

DEMO_DOMAIN = "example.invalid"

_FIRST = (
    "Amber", "Basalt", "Cobalt", "Dappled", "Ember", "Fern", "Gilded", "Harbour", "Indigo", "Juniper", "Kestrel",
    "Lantern", "Marble", "Nettle", "Ochre", "Pebble", "Quill", "Russet", "Saffron", "Thistle", "Umber", "Velvet",
    "Willow", "Yarrow", "Zephyr",
)  # fmt: skip
_SECOND = (
    "Anvil", "Barge", "Compass", "Drum", "Easel", "Ferry", "Gable", "Hearth", "Inkwell", "Jetty", "Kettle", "Loom",
    "Mortar", "Needle", "Orchard", "Parcel", "Quarry", "Rudder", "Spindle", "Trellis", "Urn", "Vane", "Wharf", "Yoke",
)  # fmt: skip
_TRADES = (
    "Bakery", "Books", "Carpentry", "Clinic", "Couriers", "Design", "Dental", "Foods", "Freight", "Garage", "Hotels",
    "Imports", "Interiors", "Legal", "Logistics", "Media", "Optics", "Pharmacy", "Physio", "Press", "Roasters",
    "Security", "Textiles", "Tools", "Travel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of a demo plan; `price` in major units of the company's currency."""

    code: str
    name: str
    price: Decimal
    months: int = 1
    model: PriceModel = PriceModel.FLAT
    timing: Timing = Timing.ADVANCE
    interval_unit: IntervalUnit = IntervalUnit.MONTH
    meter: str = ""
    included: Decimal = Decimal(0)
    package_size: Decimal | None = None
    tiers: tuple[TierRow, ...] = ()
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Metered:
    """A meter of the demo and what its readings look like: how many a month, and the highest of one."""

    code: str
    name: str
    unit: str
    aggregate: Aggregate
    readings: int
    highest: int


METERS: tuple[Metered, ...] = (
    Metered("voice-minutes", "Voice minutes", "min", Aggregate.SUM, 6, 90),
    Metered("traffic-gb", "Traffic", "GB", Aggregate.SUM, 6, 900),
    Metered("port-mbps", "Port rate", "Mbit/s", Aggregate.P95, 24, 950),
    Metered("energy-kwh", "Energy taken", "kWh", Aggregate.SUM, 4, 220),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A demo plan: how often it is chosen (weight), how many units it usually has, how its lines read."""

    code: str
    name: str
    weight: int
    charges: tuple[Charge, ...]
    quantity_max: int = 1
    described_as: str = ""
    trial_days: int = 0


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the demo group."""

    code: str
    name: str
    country: str
    tax_pack: str
    currency: str
    timezone: str
    language: str
    legal_form: str
    city: str
    postcode: str
    street: str
    region: str
    tax_number: str  # invented, with true check digits: nobody is registered under such a row of zeros
    prefix: str
    family: str
    plans: tuple[Plan, ...]
    bank: tuple[tuple[str, str], ...]
    terms_days: int
    cycle_days: tuple[int, ...] = (1, 1, 1, 31)  # as often as accounts have them

    @property
    def short_name(self) -> str:
        """Its name as people say it."""
        return self.name.split(" (")[0]

    @property
    def run_days(self) -> frozenset[int]:
        """The days of a month on which it bills: who is billed to the end of a month, on the first of the next."""
        return frozenset(1 if day == 31 else day for day in self.cycle_days)


COMPANIES: tuple[Company, ...] = (
    Company(
        code="KAROO", name="Karoo Web Hosting (Demo) (Pty) Ltd", country="ZA", tax_pack="ZA", currency="ZAR",
        timezone="Africa/Johannesburg", language="en", legal_form="CC", city="Demoville", postcode="0001",
        street="1 Invented Avenue", region="", tax_number="4000000010",
        prefix="K", family="hosting", terms_days=14,
        bank=(("bank_name", "Demo Bank ZA"), ("account_number", "0000000001"), ("branch_code", "000000")),
        plans=(
            Plan("host-start", "Hosting Start", 40, (Charge("fee", "Hosting Start", Decimal("89.00")),),
                 described_as="site-{n}.{domain}"),
            Plan("host-business", "Hosting Business", 30, (Charge("fee", "Hosting Business", Decimal("249.00")),),
                 described_as="shop-{n}.{domain}"),
            Plan("mailboxes", "Mailboxes", 20,
                 (Charge("seat", "Mailbox", Decimal("35.00"), model=PriceModel.PER_UNIT),), quantity_max=25,
                 described_as="mail-{n}.{domain}"),
            Plan("domain-year", "Domain name, one year", 25,
                 (Charge("year", "Domain name, one year", Decimal("149.00"), months=12),),
                 described_as="name-{n}.{domain}"),
            Plan("ssl-two-years", "Certificate, two years", 4,
                 (Charge("term", "Certificate, two years", Decimal("1290.00"), months=24),),
                 described_as="secure-{n}.{domain}"),
            Plan("site-builder", "Site Builder", 12, (Charge("fee", "Site Builder", Decimal("129.00")),),
                 described_as="page-{n}.{domain}", trial_days=14),
            Plan("backup", "Backup space", 10,
                 (Charge("blocks", "Backup, 50 GB", Decimal("19.00"), model=PriceModel.PACKAGE,
                         package_size=Decimal(50)),), quantity_max=400, described_as="vault-{n}.{domain}"),
        ),
    ),
    Company(
        code="BALKAN", name="Balkan Line Telecom (Demo) EOOD", country="BG", tax_pack="BG", currency="EUR",
        timezone="Europe/Sofia", language="bg", legal_form="EOOD", city="Demograd", postcode="9999",
        street="7 Invented Street", region="", tax_number="BG000000018",
        prefix="B", family="telecom", terms_days=21, cycle_days=(1, 1, 1, 15, 15, 31),
        bank=(("bank_name", "Demo Bank BG"), ("iban", "BG80BNBG96611020345678"), ("bic", "BNBGBGSD")),
        plans=(
            Plan("mobile-m", "Mobile M", 45, (Charge("fee", "Mobile M", Decimal("14.99")),), described_as="line {n}"),
            Plan("mobile-l", "Mobile L", 25, (Charge("fee", "Mobile L", Decimal("24.99")),), described_as="line {n}"),
            Plan("trunk", "Voice trunk", 15,
                 (Charge("channel", "Voice channel", Decimal("7.50"), model=PriceModel.PER_UNIT,
                         timing=Timing.ARREARS),), quantity_max=30, described_as="trunk {n}"),
            Plan("fibre", "Fibre office", 20,
                 (Charge("fee", "Fibre office", Decimal("59.00")),
                  Charge("support", "Support, quarter", Decimal("45.00"), months=3)), described_as="site {n}"),
            Plan("voice", "Office voice", 18,
                 (Charge("fee", "Office voice", Decimal("4.99")),
                  Charge("calls", "Minutes beyond 60", Decimal(0), model=PriceModel.GRADUATED, timing=Timing.ARREARS,
                         meter="voice-minutes", included=Decimal(60),
                         tiers=(TierRow(Decimal(300), Decimal("0.045")), TierRow(None, Decimal("0.029")))),),
                 described_as="office {n}"),
        ),
    ),
    Company(
        code="NIMBUS", name="Nimbus Cloud (Demo) Inc", country="US", tax_pack="none", currency="USD",
        timezone="America/Denver", language="en", legal_form="LLC", city="Demo Springs", postcode="00000",
        street="400 Invented Boulevard", region="", tax_number="",
        prefix="N", family="cloud", terms_days=30,
        bank=(("bank_name", "Demo Bank US"), ("account_number", "000000000001"), ("branch_code", "000000000")),
        plans=(
            Plan("compute", "Reserved compute", 45,
                 (Charge("vcpu", "Reserved vCPU", Decimal("18.25"), model=PriceModel.PER_UNIT,
                         timing=Timing.ARREARS),), quantity_max=64, described_as="pool-{n}"),
            Plan("storage", "Block storage", 35,
                 (Charge("tb", "Block storage, TB", Decimal("41.50"), model=PriceModel.PER_UNIT,
                         timing=Timing.ARREARS),), quantity_max=12, described_as="volume-{n}"),
            Plan("support", "Support, business", 20,
                 (Charge("fee", "Support, business", Decimal("250.00"), months=3),), described_as="contract {n}"),
            Plan("dedicated", "Dedicated host, year", 6,
                 (Charge("year", "Dedicated host, year", Decimal("6400.00"), months=12),), described_as="host-{n}"),
            Plan("traffic", "Traffic", 14,
                 (Charge("gb", "Traffic, GB", Decimal(0), model=PriceModel.VOLUME, timing=Timing.ARREARS,
                         meter="traffic-gb",
                         tiers=(TierRow(Decimal(1000), Decimal("0.012")), TierRow(None, Decimal("0.009")))),),
                 described_as="edge-{n}"),
            Plan("transit", "IP transit, 95th percentile", 8,
                 (Charge("mbps", "Transit, Mbit/s", Decimal("0.85"), model=PriceModel.PER_UNIT,
                         timing=Timing.ARREARS, meter="port-mbps"),), described_as="port-{n}"),
        ),
    ),
    Company(
        code="SURYA", name="Surya Rooftop Solar (Demo) Pvt Ltd", country="IN", tax_pack="IN", currency="INR",
        timezone="Asia/Kolkata", language="hi", legal_form="Pvt Ltd", city="Demopuram", postcode="000001",
        street="12 Invented Road", region="KL", tax_number="32DEMCS0001D1ZV",
        prefix="S", family="energy", terms_days=30,
        bank=(("bank_name", "Demo Bank IN"), ("account_number", "000000000001"), ("branch_code", "DEMO0000001"),
              ("payment_address", "surya@demo")),
        plans=(
            Plan("lease", "Rooftop lease", 45,
                 (Charge("kw", "Rooftop lease, kW", Decimal("640.00"), model=PriceModel.PER_UNIT),), quantity_max=10,
                 described_as="roof {n}"),
            Plan("maintenance", "Maintenance, half year", 30,
                 (Charge("half", "Maintenance, half year", Decimal("2900.00"), months=6),), described_as="roof {n}"),
            Plan("monitoring", "Monitoring, year", 20,
                 (Charge("year", "Monitoring, year", Decimal("1800.00"), months=12),), described_as="meter {n}"),
            Plan("power", "Power purchase", 25,
                 (Charge("kwh", "Energy, kWh", Decimal("5.10"), model=PriceModel.PER_UNIT, timing=Timing.ARREARS,
                         meter="energy-kwh", escalation=Escalation(percent=Decimal(3))),), described_as="meter {n}"),
        ),
    ),
)  # fmt: skip


def names(rng: random.Random, *, legal_form: str) -> Iterator[str]:
    """Names of invented organisations, none twice."""
    combinations = [(first, second) for first in _FIRST for second in _SECOND]
    rng.shuffle(combinations)
    for first, second in combinations:
        yield f"{first} {second} {rng.choice(_TRADES)} (demo) {legal_form}"


@dataclass(frozen=True, slots=True)
class Payer:
    """A habit of paying: days from the due date (lowest, highest), the share paid, and how often it is the habit."""

    code: str
    weight: int
    days: tuple[int, int]
    percent: int = 100
    twice: bool = False


PAYERS: tuple[Payer, ...] = (
    Payer("early", 22, (-9, -2)),
    Payer("on_time", 40, (-1, 1)),
    Payer("late", 22, (4, 45)),
    Payer("short", 6, (0, 10), percent=93),
    Payer("twice", 3, (-2, 2), twice=True),
    Payer("never", 7, (0, 0), percent=0),
)
