"""SLOs as code: OpenSLO v1, Sloth and Pyrra specifications in; OpenSLO v1 and Prometheus rules out.

documents   YAML text to drafts, whoever's specification it is
drafts      what was read: a definition, or why there is none, and what could not be kept
composites  whom the members of a composite are named by, and whether they are there
queries     other tools' PromQL to bare selectors
openslo · sloth · pyrra · rules     one module per format
"""
