"""When people work, and when they are left in peace: hours, calendars, duty rosters."""
