from mock_zuora.verify import finding


def test_rounds_agree_if_they_have_seen_the_same_whatever_the_words():
    assert finding.choice("merge", "kept").agrees_with(finding.choice("merge", "still there"))
    assert not finding.choice("merge", "kept").agrees_with(finding.choice("replace", "cleared"))
    assert finding.other("418").agrees_with(finding.other("a teapot"))
    assert not finding.holds("200").agrees_with(finding.other("201"))


def test_a_row_holds_or_the_tenant_differs():
    assert finding.row(True, "200") == finding.holds("200")
    assert finding.row(False, "201") == finding.other("201")
