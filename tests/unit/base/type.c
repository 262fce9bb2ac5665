/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"

static davit_field_description describe(const char *name)
{
    int index = davit_type_find(&sample_type, name);
    assert_true(index >= 0);
    return davit_type_field(&sample_type, (size_t)index);
}

static void test_type__fields_are_described(void **state)
{
    (void)state;
    assert_string_equal(davit_type_name(&sample_type), "sample");
    assert_int_equal(davit_type_field_count(&sample_type), DAVIT__COUNT(sample_fields));
    davit_field_description id = davit_type_field(&sample_type, 0);
    assert_string_equal(id.name, "id");
    assert_string_equal(id.title, "SAMPLE ID");
    assert_string_equal(id.text, "Identity of the sample");
    assert_int_equal(id.kind, DAVIT_KIND_STRING);
    assert_null(id.unit);
    assert_null(id.type);
}

static void test_type__units_come_from_the_kind(void **state)
{
    (void)state;
    assert_string_equal(describe("size").unit, "bytes");
    assert_string_equal(describe("delay").unit, "nanoseconds");
    assert_null(describe("count").unit);
}

static void test_type__without_a_title_it_is_the_name(void **state)
{
    (void)state;
    assert_string_equal(describe("ready").title, "ready");
    assert_string_equal(describe("ready").text, "");
}

static void test_type__details_are_what_lists_lack(void **state)
{
    (void)state;
    assert_true(describe("count").detail);
    assert_false(describe("ready").detail);
    assert_false(describe("doubled").detail);
}

static void test_type__nested_types_are_described_too(void **state)
{
    (void)state;
    assert_ptr_equal(describe("parts").type, &sample_part_type);
    assert_ptr_equal(describe("main_part").type, &sample_part_type);
}

static void test_type__a_field_is_found_in_any_spelling(void **state)
{
    (void)state;
    int expected = davit_type_find(&sample_type, "main_part");
    static const char *const names[] = {"MainPart", "mainpart", "MAIN_PART", "main__part",
                                        "_main_part_"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        assert_int_equal(davit_type_find(&sample_type, names[i]), expected);
    }
    assert_int_equal(davit_type_find(&sample_type, "Identity"), 0);
    assert_int_equal(davit_type_find(&sample_type, "ID"), 0);
}

static void test_type__what_is_no_field_is_not_found(void **state)
{
    (void)state;
    static const char *const names[] = {"", "_", "main", "main_parts", "main part", "i"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        assert_int_equal(davit_type_find(&sample_type, names[i]), -1);
    }
}

static void test_type__clearing_twice_or_nothing_is_harmless(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    assert_int_equal(davit_type_from_json(&sample_type, SAMPLE_JSON, &object, NULL), 0);
    davit_type_clear(&sample_type, &object);
    davit_type_clear(&sample_type, &object);
    davit_type_clear(&sample_type, NULL);
    static const sample zero;
    assert_memory_equal(&object, &zero, sizeof zero);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_type__fields_are_described),
    cmocka_unit_test(test_type__units_come_from_the_kind),
    cmocka_unit_test(test_type__without_a_title_it_is_the_name),
    cmocka_unit_test(test_type__details_are_what_lists_lack),
    cmocka_unit_test(test_type__nested_types_are_described_too),
    cmocka_unit_test(test_type__a_field_is_found_in_any_spelling),
    cmocka_unit_test(test_type__what_is_no_field_is_not_found),
    cmocka_unit_test(test_type__clearing_twice_or_nothing_is_harmless),
};
DAVIT_TEST_MAIN(tests)
