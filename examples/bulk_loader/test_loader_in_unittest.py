"""A test class in the style of unittest."""

import unittest

import pytest
from loader import Loader


class LoaderTest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def take_fixtures(self, zuora, vehicles):
        self.zuora, self.vehicles = zuora, vehicles

    def setUp(self):
        credentials = self.zuora.client()
        self.loader = Loader(self.zuora.url, credentials.client_id, credentials.client_secret, max_rows=3)
        self.addCleanup(self.loader.__exit__)

    def test_file_is_loaded_in_parts(self):
        self.assertEqual(self.loader.load("vehicle", self.vehicles(4)).records, 4)
        self.assertEqual(len(self.zuora.jobs), 2)

    def test_tenant_is_new(self):
        self.assertEqual(self.zuora.records("vehicle"), [])
