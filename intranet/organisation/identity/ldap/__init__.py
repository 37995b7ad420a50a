"""Directories: how a person signs in by LDAP, and how accounts follow one."""
