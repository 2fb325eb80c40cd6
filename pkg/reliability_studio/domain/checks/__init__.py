"""The checks of an investigation: one question each, answered found, clean, no_data, skipped or failed.

    catalogue.BUILT_IN          every check that ships, as data
    tuning.tuned(...)           the same after an organisation switched, tuned and added some
    report.report(...)          what each check said about one incident

A check is a row of one shape (`check.Check`): where it asks, what it asks there, which statistic judges the
answer, from which threshold on, and how the outcome is put into words. The engine in `domain.correlation`
ranks causes out of the same measurements; checks say what was looked at, so that nothing is ruled out in
silence.
"""
