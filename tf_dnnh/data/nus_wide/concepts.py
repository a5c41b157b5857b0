"""The names of NUS-WIDE's concepts, in the two orders in use."""

_ALPHABETICAL = """
airport animal beach bear birds boats book bridge buildings cars castle cat
cityscape clouds computer coral cow dancing dog earthquake elk fire fish
flags flowers food fox frost garden glacier grass harbor horses house lake
leaf map military moon mountain nighttime ocean person plane plants police
protest railroad rainbow reflection road rocks running sand sign sky snow
soccer sports statue street sun sunset surf swimmers tattoo temple tiger
tower town toy train tree valley vehicle water waterfall wedding whales
window zebra
"""
_BY_FREQUENCY = """
sky clouds person water animal grass buildings window plants lake ocean road
flowers sunset reflection rocks vehicle snow tree beach mountain
"""

# As in ConceptsList/Concepts81.txt.
CONCEPTS_81 = tuple(_ALPHABETICAL.split())

# The 21 with the most images in the complete set, most frequent first: the
# concepts that hashing papers use.
CONCEPTS_21 = tuple(_BY_FREQUENCY.split())
