import pytest

from mock_zuora.domain.objects.field import Field, FieldType
from mock_zuora.domain.objects.value_hints import hint

SPACES, INVISIBLE = "It has spaces around it.", "It has invisible characters around it."
MISSING = "A missing value is written as an empty cell."
ORDER = "Dates are written as year, month and day: YYYY-MM-DD."
SEPARATORS = "It has thousands separators."
DATAFRAME = "A DataFrame writes integers like this if the column has missing values; its type Int64 avoids it."
COMMA = "It has a comma; expected a point before the decimals and no other separators."
UNIT = "It has a currency or percent sign."
NO_T, NO_ZONE = "It lacks a T between day and time.", "It lacks a zone."


@pytest.mark.fidelity("rows-17")
@pytest.mark.parametrize(
    ("type", "text", "expected"),
    [
        (FieldType.INTEGER, "1.0", DATAFRAME),
        (FieldType.INTEGER, "-12.", DATAFRAME),
        (FieldType.INTEGER, "1.5", "It has decimals."),
        (FieldType.INTEGER, "1,5", "It has decimals."),
        (FieldType.INTEGER, "1.23E+15", "Spreadsheets write long numbers like this."),
        (FieldType.INTEGER, "1,234", SEPARATORS),
        (FieldType.INTEGER, "1 234 567", SEPARATORS),
        (FieldType.INTEGER, "$5", UNIT),
        (FieldType.INTEGER, " 5", SPACES),
        (FieldType.INTEGER, "5\xa0", INVISIBLE),
        (FieldType.INTEGER, "\u200b5", ""),
        (FieldType.INTEGER, "NaN", MISSING),
        (FieldType.INTEGER, "four", ""),
        (FieldType.INTEGER, "field__c", "The row repeats the header row."),
        (FieldType.INTEGER, "9" * 101, ""),
        (FieldType.NUMBER, "1,5", COMMA),
        (FieldType.NUMBER, "0,123", COMMA),
        (FieldType.NUMBER, "1.234,56", SEPARATORS),
        (FieldType.NUMBER, "1'234.5", SEPARATORS),
        (FieldType.NUMBER, "12 %", UNIT),
        (FieldType.NUMBER, "€1.50", UNIT),
        (FieldType.NUMBER, "cheap", ""),
        (FieldType.BOOLEAN, "None", MISSING),
        (FieldType.BOOLEAN, "true ", SPACES),
        (FieldType.BOOLEAN, "yes", ""),
        (FieldType.DATE, "2021-03-10 00:00:00", "It has a time."),
        (FieldType.DATE, "2021-03-10T00:00:00Z", "It has a time."),
        (FieldType.DATE, "2021-02-29", "There is no such day."),
        (FieldType.DATE, "2021-3-1", ORDER),
        (FieldType.DATE, "20210301", ORDER),
        (FieldType.DATE, "2021/03/01", ORDER),
        (FieldType.DATE, "3/10/2021", ORDER),
        (FieldType.DATE, "10.03.21", ORDER),
        (FieldType.DATE, "44265", "Spreadsheets store a day as such a number."),
        (FieldType.DATE, "NaT", MISSING),
        (FieldType.DATE, "today", ""),
        (FieldType.DATETIME, "2021-03-10 01:02:03+00:00", NO_T),
        (FieldType.DATETIME, "2021-03-10T01:02:03", NO_ZONE),
        (FieldType.DATETIME, "2021-03-10T01:02:03.5", NO_ZONE),
        (FieldType.DATETIME, "2021-03-10 01:02:03", "It lacks a T between day and time, and a zone."),
        (FieldType.DATETIME, "2021-03-10T01:02Z", "It lacks seconds."),
        (FieldType.DATETIME, "2021-03-10 01:02:03 UTC", f"{NO_T[:-1]}, and a zone such as Z or +01:00."),
        (FieldType.DATETIME, "2021-03-10T01:02:03+01", "It lacks a zone such as Z or +01:00."),
        (FieldType.DATETIME, "2021-03-10", "It has no time."),
        (FieldType.DATETIME, "2021-13-10T01:02:03Z", "There is no such day or time."),
        (FieldType.DATETIME, "2021-03-10T24:00:00Z", "There is no such day or time."),
        (FieldType.DATETIME, "3/10/2021 1:02", ORDER),
        (FieldType.DATETIME, "44265.5", "Spreadsheets store a day as such a number."),
        (FieldType.DATETIME, "noon", ""),
        (FieldType.PICKLIST, "Red", "Did you mean 'red'?"),
        (FieldType.MULTISELECT, "BLUE", "Did you mean 'blue'?"),
        (FieldType.PICKLIST, "red ", SPACES),
        (FieldType.PICKLIST, "green", ""),
        (FieldType.TEXT, " 5", ""),
    ],
)  # fmt: skip
def test_usual_mistakes_have_a_hint(type, text, expected):
    assert hint(Field(name="field__c", type=type, options=("red", "blue")), text).strip() == expected
