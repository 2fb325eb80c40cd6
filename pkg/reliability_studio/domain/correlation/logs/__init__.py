"""Log lines become patterns with counts: parse, mask, de-duplicate, cluster the distinct rest, compare.

lines → masks → drain → shift, with `known` naming what common lines mean.
"""
