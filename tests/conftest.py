"""What every test may ask for."""

pytest_plugins = [
    "tests.plugins.databases",
    "tests.plugins.honesty",
    "tests.plugins.isolation",
    "tests.plugins.browser",
]
