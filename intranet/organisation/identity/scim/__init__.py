"""SCIM 2.0: a program of an agency, such as Entra or Okta, brings people in and ends them."""
