"""Working hours, calendars and duty rosters, and the quiet times that follow from them."""
