"""Legal holds: while one runs, what its authors delete is kept where no page of users reads it."""
