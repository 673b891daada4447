"""Cases of the office with their due dates, counted by hand on the wall calendar.

This table is the manual of `zhian law due`: a case in words, what is typed, what it answers, and
how a person gets there. Dates in "counted" are those of the notices of the State Council:

2024: off 10-17 Feb, 4-6 Apr, 1-5 May, 8-10 Jun, 15-17 Sep, 1-7 Oct;
      worked 4 and 18 Feb, 7 and 28 Apr, 11 May, 14 and 29 Sep, 12 Oct
2025: off 1 Jan, 28 Jan-4 Feb, 4-6 Apr, 1-5 May, 31 May-2 Jun, 1-8 Oct;
      worked 26 Jan, 8 Feb, 27 Apr, 28 Sep, 11 Oct
2026: off 1-3 Jan, 15-23 Feb, 4-6 Apr, 1-5 May, 19-21 Jun, 25-27 Sep, 1-7 Oct;
      worked 4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct

An asterisk marks a Saturday or Sunday that is worked (调休上班).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One question and its answer; `window` where it is a span, `sure` unless provisional."""

    words: str
    asked: str
    due: str
    counted: str
    window: tuple[str, str] | None = None
    sure: bool = True

    @property
    def argv(self) -> list[str]:
        return ["due", *self.asked.split()]


# fmt: off
WORKING_DAYS = (
    Case("A complaint comes in on the last Friday before Spring Festival",
         "complaint.accept --at 2026-02-13", "2026-03-02",
         "Feb 14* 1, 24 2, 25 3, 26 4, 27 5, 28* 6, Mar 2 7"),
    Case("A complaint comes in on the first day after National Day",
         "complaint.accept --at 2026-10-08", "2026-10-16",
         "Oct 9 1, 10* 2, 12 3, 13 4, 14 5, 15 6, 16 7"),
    Case("A complaint on the last day of the old rules still counts by them",
         "complaint.accept --at 2026-04-14", "2026-04-23",
         "Apr 15 1, 16 2, 17 3, 20 4, 21 5, 22 6, 23 7"),
    Case("A complaint on the first day of the new rules", "complaint.accept --at 2026-04-15",
         "2026-04-24", "Apr 16 1, 17 2, 20 3, 21 4, 22 5, 23 6, 24 7"),
    Case("A clue is to be checked, with two make-up days and two holidays in between",
         "RPT-18 --at 2026-09-18", "2026-10-15",
         "Sep 20* 1, 21 2, 22 3, 23 4, 24 5, 28 6, 29 7, 30 8, Oct 8 9, 9 10, 10* 11, 12 12,"
         " 13 13, 14 14, 15 15"),
    Case("The file reaches the reviewer on a Saturday", "PUN-55 --at 2026-11-28", "2026-12-11",
         "Nov 30 1, Dec 1 2, 2 3, 3 4, 4 5, 7 6, 8 7, 9 8, 10 9, 11 10"),
    Case("A case is to be closed over Spring Festival 2024", "PUN-77 --at 2024-02-01",
         "2024-02-27",
         "Feb 2 1, 4* 2, 5 3, 6 4, 7 5, 8 6, 9 7, 18* 8, 19 9, 20 10, 21 11, 22 12, 23 13, "
         "26 14, 27 15"),
    Case("A statement on the penalty notice, over May Day 2024", "case.statement --at 2024-04-26",
         "2024-05-07", "Apr 28* 1, 29 2, 30 3, May 6 4, 7 5"),
    Case("A failed result must be served before and after National Day 2024",
         "disposal.notify --at 2024-09-27", "2024-10-10", "Sep 29* 1, 30 2, Oct 8 3, 9 4, 10 5"),
    Case("A re-test may be asked for over Mid-Autumn 2024", "retest.window --at 2024-09-10",
         "2024-09-20", "Sep 11 1, 12 2, 13 3, 14* 4, 18 5, 19 6, 20 7"),
    Case("A statement on the penalty notice, over Spring Festival 2025", "PUN-57 --at 2025-01-24",
         "2025-02-07", "Jan 26* 1, 27 2, Feb 5 3, 6 4, 7 5"),
    Case("A food production licence is to be decided over Spring Festival 2025",
         "SC-DEC --at 2025-01-21", "2025-02-10",
         "Jan 22 1, 23 2, 24 3, 26* 4, 27 5, Feb 5 6, 6 7, 7 8, 8* 9, 10 10"),
    Case("A food business licence is to be issued over May Day 2025", "JY-ISSUE --at 2025-04-25",
         "2025-05-06", "Apr 27* 1, 28 2, 29 3, 30 4, May 6 5"),
    Case("A filing is to be published over the Dragon Boat Festival 2025", "YB-43 --at 2025-05-29",
         "2025-06-06", "May 30 1, Jun 3 2, 4 3, 5 4, 6 5"),
    Case("A blacklisting is to be published over the eight days of October 2025",
         "BLK-14 --at 2025-09-26", "2025-10-30",
         "Sep 28* 1, 29 2, 30 3, Oct 9 4, 10 5, 11* 6, 13-17 11, 20-24 16, 27 17, 28 18, 29 "
         "19, 30 20"),
    Case("A repair is to be accepted over New Year, and ends on a worked Sunday",
         "repair.accept --at 2025-12-30", "2026-01-04", "Dec 31 1, Jan 4* 2"),
    Case("A repair is to be decided over May Day 2026", "RPR-16 --at 2026-04-29", "2026-05-12",
         "Apr 30 1, May 6 2, 7 3, 8 4, 9* 5, 11 6, 12 7"),
    Case("Agencies dispute who is competent, over the Dragon Boat Festival 2026",
         "PUN-13 --at 2026-06-16", "2026-06-26", "Jun 17 1, 18 2, 22 3, 23 4, 24 5, 25 6, 26 7"),
    Case("The last working day of the year is known", "YB-43 --at 2026-12-24", "2026-12-31",
         "Dec 25 1, 28 2, 29 3, 30 4, 31 5"),
    Case("A case closes in a year whose holidays are not published: Monday to Friday",
         "PUN-77 --at 2026-12-24", "2027-01-14",
         "Dec 25 1, 28 2, 29 3, 30 4, 31 5, Jan 1 6, 4-8 11, 11 12, 12 13, 13 14, 14 15",
         sure=False),
)

CALENDAR_DAYS = (
    Case("A case is filed on 5 July; the ninetieth day is a holiday", "PUN-64 --at 2026-07-05",
         "2026-10-08", "Jul 26 days, Aug 31 = 57, Sep 30 = 87, 3 Oct = 90: off until the 7th"),
    Case("The same in 2024", "case.decide --at 2024-07-03", "2024-10-08",
         "Jul 28, Aug 31 = 59, Sep 30 = 89, 1 Oct = 90: off until the 7th"),
    Case("A seizure ends in Spring Festival", "seizure.term --at 2026-01-20", "2026-02-24",
         "Jan 11, 19 Feb = 30: off until the 23rd"),
    Case("A seizure in a food case", "seizure.term_food --at 2026-09-01", "2026-10-08",
         "Sep 29, 1 Oct = 30: off until the 7th"),
    Case("A fine is to be paid in Spring Festival", "case.pay --at 2026-01-31", "2026-02-24",
         "15 Feb: off until the 23rd"),
    Case("A Saturday that is worked is no day of rest", "case.pay --at 2026-02-13", "2026-02-28",
         "Feb 15 = 15 days after the 13th: the 28th*, worked"),
    Case("Mediation ends on the Dragon Boat Festival", "complaint.mediate --at 2026-04-20",
         "2026-06-22", "Apr 10, May 31 = 41, 19 Jun = 60: off until the 21st"),
    Case("A disposal ends on a Sunday", "disposal.finish --at 2026-08-24", "2026-11-23",
         "Aug 7, Sep 30 = 37, Oct 31 = 68, 22 Nov = 90: a Sunday"),
    Case("A class I recall under the rules of December 2026 ends on a Saturday",
         "recall.finish.I --at 2026-12-16", "2026-12-28", "26 Dec = 10: a Saturday"),
    Case("A class III recall ends on a Saturday of an unpublished year",
         "recall.finish.III --at 2026-12-10", "2027-01-11", "Dec 21, 9 Jan = 30: a Saturday",
         sure=False),
    Case("Holidays on the way change nothing", "SPT-46 --at 2025-03-10", "2025-05-09",
         "Mar 21, Apr 30 = 51, 9 May = 60: a Friday"),
    Case("Three days of the police over National Day", "TRN-8 --at 2026-09-29", "2026-10-08",
         "2 Oct = 3: off until the 7th"),
    Case("An announcement ends in Spring Festival 2024, on whose last day Sunday is worked",
         "PUN-82-5 --at 2024-01-11", "2024-02-18",
         "Jan 20, 10 Feb = 30: off until the 17th, the 18th* worked"),
    Case("Thirty days through February of a leap year", "ADR-OTH --at 2024-01-30", "2024-02-29",
         "Jan 1, Feb 29 = 30"),
    Case("Thirty days through February of a common year", "ADR-OTH --at 2025-01-30", "2025-03-03",
         "Jan 1, Feb 28 = 29, 1 Mar = 30: a Saturday"),
    Case("Seized drugs over May Day 2025", "DRUG-100 --at 2025-04-25", "2025-05-06",
         "2 May = 7: off until the 5th"),
)

MONTHS_AND_YEARS = (
    Case("Three months from 30 November end in February, on a worked Saturday",
         "case.enforce --at 2025-11-30", "2026-02-28",
         "no 30 February: the month's last day, the 28th*"),
    Case("Three months from 30 November into a leap year", "case.enforce --at 2023-11-30",
         "2024-02-29", "no 30 February: the month's last day"),
    Case("Six months from the end of August, in an unpublished year", "IPL-MARK --at 2026-08-31",
         "2027-03-01", "no 31 February: the 28th, a Sunday", sure=False),
    Case("Six months to sue end on Mid-Autumn", "case.remedy --at 2026-03-25", "2026-09-28",
         "25 Sep: off until the 27th"),
    Case("No second inspection for three months, which end on National Day",
         "INS-42 --at 2025-07-01", "2025-10-09", "1 Oct: off until the 8th"),
    Case("Three months of publication from the end of January",
         "publication.term_light --at 2026-01-31", "2026-04-30",
         "no 31 April: the 30th, a Thursday"),
    Case("No second spot check for six months from the end of August", "SPT-8 --at 2024-08-31",
         "2025-02-28", "no 31 February: the 28th, a Friday"),
    Case("A ban of one year from 29 February", "SC-BAN-1 --at 2024-02-29", "2025-02-28",
         "no 29 February in 2025: the 28th, a Friday"),
    Case("A ban of three years from 29 February, in an unpublished year",
         "JY-BAN-3 --at 2024-02-29", "2027-03-01", "no 29 February in 2027: the 28th, a Sunday",
         sure=False),
    Case("A food production licence holds five years", "SC-VALID --at 2021-11-24", "2026-11-24",
         "a Tuesday"),
    Case("Three years on the blacklist end on National Day", "BLK-21 --at 2023-10-03",
         "2026-10-08", "3 Oct: off until the 7th"),
    Case("Two years to punish, from 29 February, end on a worked Saturday",
         "case.limitation --at 2024-02-29", "2026-02-28", "no 29 February in 2026: the 28th*"),
    Case("Five years out of the food trade end on a worked Saturday", "FSL-135 --at 2021-02-14",
         "2026-02-14", "the 14th*"),
    Case("Ten years without a drug licence end in a year far away", "DRUG-BAN-10 --at 2026-11-24",
         "2036-11-24", "a Monday", sure=False),
)

HOURS = (
    Case("A class II risk is learned the day before the new recall rules",
         "recall.start.II --at 2026-11-30T10:00:00", "2026-12-02T10:00:00", "48 hours"),
    Case("A class II risk is learned on the first day of the new recall rules",
         "recall.start.II --at 2026-12-01T10:00:00", "2026-12-02T22:00:00", "36 hours"),
    Case("A class I risk is learned on a Friday evening: hours never roll",
         "recall.start.I --at 2026-12-04T18:30:00", "2026-12-05T18:30:00",
         "24 hours, to Saturday"),
    Case("A class III risk before Spring Festival, under the old rules",
         "recall.start.III --at 2026-02-13T16:00:00", "2026-02-16T16:00:00",
         "72 hours, into the holidays"),
    Case("Goods are sealed on the spot the evening before National Day",
         "seizure.approve --at 2026-09-30T17:00:00", "2026-10-01T17:00:00",
         "24 hours, into the holidays"),
    Case("An incident is reported within two hours, across the year's end",
         "incident.report.operator --at 2026-12-31T23:15:00", "2027-01-01T01:15:00",
         "2 hours; no holiday table matters"),
    Case("A quick test is disputed within four hours, across 29 February",
         "FSL-88-QUICK --at 2024-02-29T21:30:00", "2024-03-01T01:30:00", "4 hours"),
    Case("A canteen keeps its samples over the weekend",
         "school.reserve_sample --at 2026-11-27T11:40:00", "2026-11-29T11:40:00",
         "48 hours, to Sunday"),
    Case("The hour of the approval was not written down: its day stands for midnight",
         "transfer.send --at 2026-11-24", "2026-11-25T00:00:00", "24 hours from 00:00"),
)

PAUSES = (
    Case("Twenty days of testing are not counted",
         "case.decide --at 2026-07-06 --pause 2026-08-03..2026-08-22", "2026-10-26",
         "Jul 25, Aug 31 = 56, Sep 30 = 86, 4 Oct = 90, 20 days on is 24 Oct: a Saturday"),
    Case("Testing and hearing overlap: the days are left out once",
         "PUN-64 --at 2026-07-06 --pause 2026-08-03..2026-08-22 --pause 2026-08-20..2026-08-31",
         "2026-11-02", "29 days (3-31 Aug) after 4 Oct: 2 Nov, a Monday"),
    Case("Seized goods are tested for ten days",
         "PUN-38 --at 2026-09-14 --pause 2026-09-16..2026-09-25", "2026-10-26",
         "14 Oct = 30, 10 days on is 24 Oct: a Saturday"),
    Case("A site check takes a week of working days",
         "licence.decide.drug --at 2026-06-01 --pause 2026-06-08..2026-06-12", "2026-07-07",
         "Jun 2-5 4, 15-18 8, 22-26 13, 29 14, 30 15, Jul 1-3 18, 6 19, 7 20"),
    Case("A pause over the holidays takes nothing from working days",
         "licence.decide.drug --at 2026-09-29 --pause 2026-10-01..2026-10-07", "2026-11-02",
         "Sep 30 1, Oct 8 2, 9 3, 10* 4, 12-16 9, 19-23 14, 26-30 19, Nov 2 20"),
    Case("Mediation rests during an appraisal",
         "complaint.mediate --at 2026-05-11 --pause 2026-06-01..2026-06-30", "2026-08-10",
         "May 20, Jun 30 = 50, 10 Jul = 60, 30 days on is 9 Aug: a Sunday"),
    Case("Mediation under the rules of 2019 was counted in working days",
         "complaint.mediate --at 2025-12-01 --pause 2025-12-08..2025-12-12", "2026-02-10",
         "Dec 2-5 4, 15-19 9, 22-26 14, 29-31 17, Jan 4* 18, 5-9 23, 12-16 28, 19-23 33, "
         "26-30 38, Feb 2-6 43, 9 44, 10 45"),
    Case("A licence hearing is not counted",
         "SC-DEC --at 2026-03-02 --pause 2026-03-09..2026-03-13", "2026-03-23",
         "Mar 3-6 4, 16-20 9, 23 10"),
    Case("Product tests for an industrial licence, three weeks",
         "licence.decide.industrial --at 2026-03-02 --pause 2026-03-16..2026-04-03", "2026-06-18",
         "Mar 3-6 4, 9-13 9, Apr 7-10 13, 13-17 18, 20-24 23, 27-30 27, May 6-9* 31, 11-15 "
         "36, 18-22 41, 25-29 46, Jun 1-5 51, 8-12 56, 15-18 60"),
    Case("A pause after the end changes nothing",
         "RPT-18 --at 2026-11-02 --pause 2026-11-24..2026-11-27", "2026-11-23",
         "Nov 3-6 4, 9-13 9, 16-20 14, 23 15"),
)

EXTENSIONS = (
    Case("The head allows fifteen working days more for a clue", "RPT-18 --at 2026-09-18 --extend",
         "2026-11-05", "from 15 Oct: 16 1, 19-23 6, 26-30 11, Nov 2 12, 3 13, 4 14, 5 15"),
    Case("The head allows five only", "RPT-18 --at 2026-09-18 --extend 5", "2026-10-22",
         "from 15 Oct: 16 1, 19 2, 20 3, 21 4, 22 5"),
    Case("A case is extended by thirty days, from the day before it rolled",
         "case.decide --at 2026-07-05 --extend", "2026-11-02",
         "from 3 Oct: 28 in October, 2 Nov = 30"),
    Case("The heads decide together on fifteen more",
         "case.decide --at 2026-07-05 --extend --extend 15", "2026-11-17",
         "from 2 Nov: 17 Nov, a Tuesday"),
    Case("A food seizure is extended by forty-five days",
         "seizure.term_food --at 2026-09-01 --extend", "2026-11-16",
         "from 1 Oct: 30 in October, 15 Nov = 45, a Sunday"),
    Case("A disposal is extended by what the decision says; the article names no length",
         "disposal.finish --at 2026-08-24 --extend 30", "2026-12-22",
         "from 22 Nov: 8 in November, 22 Dec = 30"),
    Case("A repair is extended by ten working days", "repair.decide --at 2026-04-29 --extend",
         "2026-05-26", "from 12 May: 13 1, 14 2, 15 3, 18-22 8, 25 9, 26 10"),
    Case("A food business licence is extended by five working days",
         "JY-DEC --at 2026-11-02 --extend", "2026-11-23",
         "Nov 3-6 4, 9-13 9, 16 10; 17 1, 18 2, 19 3, 20 4, 23 5"),
    Case("An extended seizure ends on May Day", "seizure.term --at 2026-03-02 --extend",
         "2026-05-06", "1 Apr = 30, 1 May = 30 more: off until the 5th"),
    Case("A seizure is extended and the goods are tested in the extended part",
         "seizure.term --at 2026-03-02 --extend --pause 2026-04-08..2026-04-17", "2026-05-11",
         "1 Apr = 30, 1 May = 30 more, 10 days of testing: 11 May, a Monday"),
)

BEFORE = (
    Case("A food production licence expires on 24 November",
         "licence.renew.food_production --at 2026-11-24", "2026-10-13",
         "back: Nov 23 1, 20-16 6, 13-9 11, 6-2 16, Oct 30-26 21, 23-19 26, 16 27, 15 28, 14"
         " 29, 13 30"),
    Case("A food business licence expires in an unpublished year",
         "licence.renew.food_business --at 2027-01-29", "2027-01-08",
         "back: Jan 28-25 4, 22-18 9, 15-11 14, 8 15", sure=False),
    Case("The earliest day to renew it is a worked Sunday",
         "licence.renew_open.food_business --at 2027-01-29", "2026-09-20",
         "back: Jan 20, Dec 23 = 43, Nov 21 = 64, Oct 18 = 82, Sep 30-28 85, 24-21 89, 20* 90",
         sure=False),
    Case("A hearing is announced to the party in time", "hearing.notify --at 2026-10-20",
         "2026-10-10", "back: Oct 19 1, 16-12 6, 10* 7"),
    Case("A public hearing is announced over the holidays of 2025",
         "hearing.announce --at 2025-10-13", "2025-10-09", "back: Oct 11* 1, 10 2, 9 3"),
    Case("A permit for liquid food expires at the end of May",
         "licence.renew.liquid_food --at 2026-05-29", "2026-04-15",
         "back: May 28-25 4, 22-18 9, 15-11 14, 9* 15, 8 16, 7 17, 6 18, Apr 30 19, 29 20, "
         "28 21, 27 22, 24-20 27, 17 28, 16 29, 15 30"),
    Case("Thirty calendar days before an expiry: a Sunday, and it stays",
         "licence.renew.law --at 2026-11-24", "2026-10-25", "back: 24 Nov less 30 days"),
    Case("A shop announces its closing thirty days before: National Day, and it stays",
         "consumer.closure_notice --at 2024-10-31", "2024-10-01", "back: 31 Oct less 30 days"),
    Case("Six months before the end of August", "licence.renew.industrial --at 2026-08-31",
         "2026-02-28", "no 31 February: the month's last day"),
    Case("Two months before the end of April", "DRG-RENEW --at 2026-04-30", "2026-02-28",
         "no 30 February: the month's last day"),
    Case("The organiser of a food fair reports within the last fifteen working days",
         "filing.expo --at 2026-11-24", "2026-11-23", "back: Nov 23 1, 20-16 6, 13-9 11, 6-3 15",
         window=("2026-11-03", "2026-11-23")),
    Case("A workshop reports within the last seven days before it starts again",
         "licence.report_restart.workshop --at 2026-10-08", "2026-10-07",
         "1 to 7 Oct, holidays or not", window=("2026-10-01", "2026-10-07")),
    Case("A certificate may be renewed within the last ninety days",
         "licence.renew_open.ccc --at 2026-11-24", "2026-08-26",
         "back: Nov 23, Oct 31 = 54, Sep 30 = 84, 26 Aug = 90; until the day of expiry",
         window=("2026-08-26", "2026-11-24")),
    Case("The last day to renew the certificate is that of its expiry",
         "licence.renew.ccc --at 2026-11-24", "2026-11-24", "0 days before"),
)

PERIODS = (
    Case("Each meal", "school.shared_meal --at 2026-11-24", "2026-11-24", "the day itself"),
    Case("Each day", "self_check.daily.food --at 2026-10-01", "2026-10-01", "holidays too"),
    Case("Each week", "self_check.weekly.food --at 2026-11-24", "2026-11-29", "to Sunday"),
    Case("Each month", "self_check.monthly.food --at 2026-02-10", "2026-02-28",
         "the month's last"),
    Case("Each quarter", "sponsorship.visit --at 2026-11-24", "2026-12-31", "October to December"),
    Case("Each half-year", "online.recheck.sale --at 2026-07-01", "2026-12-31",
         "July to December"),
    Case("Each half-year from the month of registration",
         "online.recheck.sale --at 2026-09-01 --start 2026-06-15", "2026-11-30",
         "June to November"),
    Case("Each semester", "school.inspection --at 2026-09-01", "2027-01-31",
         "as the setting says"),
    Case("Each year", "spot.plan --at 2026-11-24", "2026-12-31", "the year's last day"),
    Case("Every two years from the year of the plan",
         "inspection.cover_all --at 2026-11-24 --start 2025-03-01", "2026-12-31", "2025 and 2026"),
    Case("The annual report is due by the end of June", "credit.annual_report --at 2026-03-01",
         "2026-06-30", "1 January to 30 June"),
    Case("After June the next report is meant", "credit.annual_report --at 2026-07-01",
         "2027-06-30", "the next year's"),
    Case("In January and July a platform reports its caterers",
         "self_check.report.platform_catering --at 2026-08-01", "2027-01-31",
         "the next of the two months"),
    Case("Forty hours of training a year", "self_check.training.food --at 2026-01-01",
         "2026-12-31", "the year's last day"),
    Case("Every five days of a class II recall, counted from its start",
         "recall.progress.II --at 2026-12-08 --start 2026-12-02", "2026-12-11", "2-6, 7-11 Dec"),
)
# fmt: on

CHAPTERS = {
    "working days": WORKING_DAYS,
    "calendar days": CALENDAR_DAYS,
    "months and years": MONTHS_AND_YEARS,
    "hours": HOURS,
    "pauses": PAUSES,
    "extensions": EXTENSIONS,
    "before a day": BEFORE,
    "periods": PERIODS,
}

# Due when it happens: 立即, 及时, and on a holiday as on any day.
AT_ONCE = (
    ("operator.control", "2026-05-06"),
    ("disposal.begin", "2026-05-06T09:00:00"),
    ("disposal.begin", "2026-10-03T21:00:00"),
)

# No date follows from these; the answer says why.
UNCOUNTED = (
    ("An operator punished three times within a year", "FSL-134", "不是期限"),
    ("An order to recall", "RC26-20", "未规定期限"),
    ("A general item to be put right by the day the officer sets", "INS-33", "执法人员"),
    ("A result that is posted until the next inspection", "INS-39-POST", "事件发生为止"),
    ("A blacklisting that needs consent beforehand", "BLK-22", "之前完成"),
    ("A food complaint answered within the statutory time", "FSL-115", "其他规定"),
    ("A rectification order that names its day", "rectification.term", "文书中确定"),
)

# Asked on a day on which they do not hold: exit 2, and the rule that does, if there is one.
OUT_OF_FORCE = (
    ("The new complaint rule before its day", "CMP-15", "2026-02-13", "CMP19-14"),
    ("The old complaint rule after its day", "CMP19-14", "2026-04-15", "CMP-15"),
    ("The new recall rule before its day", "RC26-11-II", "2026-11-30", "RC15-13-II"),
    ("The old recall rule after its day", "RC15-18-I", "2026-12-01", "RC26-15-I"),
    ("Early removal under the old measures", "BLK-17-ACC", "2025-12-25", "RPR-14"),
    ("The labelling measures the day before", "LBL-35", "2027-03-15", "没有适用的规则"),
)
