"""What looks like a code and is none, by what is wrong with it."""

from __future__ import annotations


def fullwidth(text: str) -> str:
    """The letters and digits in the width that East Asian keyboards type."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


NO_TEXT = {"a_number": 76390, "true": True, "a_list": ["76390"], "an_object": {}}
BLANK = {"null": None, "empty": "", "blanks": " \t\n\u2003"}
PROCEDURE = NO_TEXT | {
    "four_digits": "7639",
    "six_digits": "763900",
    "its_modifier_behind_it": "76390-26",
    "a_dot": "76.390",
    "a_dot_for_a_digit": "7639.",
    "a_dash": "7639-",
    "a_blank_inside": "76 90",
    "fullwidth_digits": fullwidth("76390"),
    "digits_of_another_script": "٧٦٣٩٠",
    "a_zero_width_space_inside": "763\u200b90",
    "a_zero_width_space_for_a_digit": "7639\u200b",
    "a_zero_width_space_before": "\u200b76390",
    "a_byte_order_mark_before": "\ufeff76390",
    "a_letter_whose_upper_case_is_ascii": "0609\u017f",
    "a_letter_without_its_dot": "0609\u0131",
    "two_letters_in_upper_case": "060\u00df",
    "the_kelvin_sign": "0609\u212a",
    "a_nul_behind": "76390\x00",
    "ten_kilobytes": "x" * 10_240,
}
REQUIRED_PROCEDURE = PROCEDURE | BLANK
MODIFIER = NO_TEXT | {
    "one_digit": "2",
    "three_digits": "026",
    "two_of_them": "26,59",
    "fullwidth_digits": fullwidth("26"),
    "a_zero_width_space_inside": "2\u200b6",
    "a_zero_width_space_for_a_digit": "2\u200b",
    "a_letter_whose_upper_case_is_two": "\u00df",
    "a_dash_before": "-26",
}
DIAGNOSIS = NO_TEXT | {
    "nothing_but_a_dot": " . ",
    "nothing_but_dots": " .. ",
    "two_dots": "C.71.1",
    "nine_characters": "C71123456",
    "nine_characters_and_a_dot": "C71.123456",
    "a_blank_inside": "C71 .1",
    "a_dash": "C71-1",
    "two_of_them": "C71.1;C71.2",
    "fullwidth_letters": fullwidth("C") + "71.1",
    "a_fullwidth_dot": "C71\uff0e1",
    "a_zero_width_space_inside": "C71.\u200b1",
    "nothing_but_a_zero_width_space": "\u200b",
    "a_letter_whose_upper_case_is_ascii": "\u017f06.0X0A",
    "ten_kilobytes": "x" * 10_240,
}
TAXONOMY = NO_TEXT | {
    "nine_characters": "2084N0400",
    "eleven_characters": "2084N0400X0",
    "a_dash": "2084N-0400",
    "fullwidth_letters": fullwidth("2084N0400X"),
    "a_letter_whose_upper_case_is_ascii": "2084N0400\u017f",
}
THERAPY = NO_TEXT | {
    "nine_characters": "N03AX0900",
    "a_dot": "N03.AX09",
    "two_of_them": "N03AX09,1",
    "a_zero_width_space_inside": "N03\u200bAX",
    "a_letter_whose_upper_case_is_ascii": "N03A\u017f09",
}
REMITTANCE = NO_TEXT | {
    "unknown": "999",
    "six_characters": "N00661",
    "fullwidth_digits": fullwidth("50"),
    "a_zero_width_space_inside": "5\u200b0",
    "a_letter_whose_upper_case_is_ascii": "MA0\u017f",
}
CARC = REMITTANCE | {"a_remark_code": "N661", "ended": "25"}
RARC = REMITTANCE | BLANK | {"a_reason_code": "197"}
