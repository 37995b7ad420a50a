"""Groups: spaces across units and agencies, with an owner post, a rule, and approvals to share."""
