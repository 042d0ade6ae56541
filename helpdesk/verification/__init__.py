"""Trade verification: what a record and the ticks say happened, recomputed by versioned rules.

Pure: no database, no request, no clock. Money and prices are `Decimal`, moments are integer epoch
milliseconds in UTC; nothing here is ever a float. The same inputs give the same answer to the byte.
"""
