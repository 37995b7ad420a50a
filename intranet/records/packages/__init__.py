"""Packages: files that leave the installation, with the digest of each and a signature."""
