use std::collections::{BTreeMap, HashMap, LinkedList};

use bincode::config::standard;
use proptest::prelude::*;
use serde::Deserialize;

use super::check::round_trip;
use super::depth::MAX_DEPTH;
use super::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Dot,
    Line(i64, Option<String>),
    Grid { cells: Vec<u8>, names: Vec<String> },
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Dot),
        (any::<i64>(), any::<Option<String>>()).prop_map(|(a, b)| Shape::Line(a, b)),
        (any::<Vec<u8>>(), any::<Vec<String>>())
            .prop_map(|(cells, names)| Shape::Grid { cells, names }),
    ]
}

/// A value of every kind that serde knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    signed: (i8, i16, i32, i64, i128, isize),
    unsigned: (u8, u16, u32, u64, u128, usize),
    floats: [f64; 2],
    single: f32,
    logic: bool,
    character: char,
    text: String,
    shapes: Vec<Shape>,
    map: BTreeMap<String, Option<Box<Shape>>>,
    result: Result<Newtype, ()>,
    unit: Unit,
    pair: Pair,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(u16);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u8, char);

prop_compose! {
    fn everything()(
        signed in any::<(i8, i16, i32, i64, i128, isize)>(),
        unsigned in any::<(u8, u16, u32, u64, u128, usize)>(),
        floats in any::<[f64; 2]>(),
        single in any::<f32>(),
        logic in any::<bool>(),
        character in any::<char>(),
        text in any::<String>(),
        shapes in prop::collection::vec(shape(), 0..4),
        map in prop::collection::btree_map(any::<String>(), prop::option::of(shape().prop_map(Box::new)), 0..4),
        result in any::<Result<u16, ()>>(),
        pair in any::<(u8, char)>(),
    ) -> Everything {
        Everything {
            signed, unsigned, floats, single, logic, character, text, shapes, map,
            result: result.map(Newtype),
            unit: Unit,
            pair: Pair(pair.0, pair.1),
        }
    }
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(value in everything()) {
        let bytes = encode(&value).unwrap();
        prop_assert_eq!(decode::<Everything>(&bytes).unwrap(), value);
    }

    #[test]
    fn the_bytes_are_those_of_bincode(value in everything()) {
        let config = standard().with_fixed_int_encoding();
        let bytes = encode(&value).unwrap();
        prop_assert_eq!(&bytes, &bincode::serde::encode_to_vec(&value, config).unwrap());
        let (theirs, length): (Everything, usize) = bincode::serde::decode_from_slice(&bytes, config).unwrap();
        prop_assert_eq!((theirs, length), (value, bytes.len()));
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error_as_for_bincode(bytes in any::<Vec<u8>>()) {
        fn same<T: DeserializeOwned + PartialEq + fmt::Debug>(bytes: &[u8]) -> Result<(), TestCaseError> {
            let config = standard().with_fixed_int_encoding().with_limit::<4096>();
            let theirs = bincode::serde::decode_from_slice::<T, _>(bytes, config);
            let theirs = theirs.ok().filter(|&(_, length)| length == bytes.len());
            prop_assert_eq!(decode::<T>(bytes).ok(), theirs.map(|(value, _)| value));
            Ok(())
        }
        same::<(Shape, Vec<String>)>(&bytes)?;
        same::<Vec<Vec<u64>>>(&bytes)?;
        same::<(bool, char, Option<u8>)>(&bytes)?;
        same::<char>(&bytes)?;
    }

    #[test]
    fn cut_bytes_are_an_error(value in shape(), keep in 0.0..1.0) {
        let bytes = encode(&value).unwrap();
        let cut = ((bytes.len() as f64) * keep) as usize;
        prop_assert!(decode::<Shape>(&bytes[..cut]).is_err());
    }

    #[test]
    fn a_type_without_special_attributes_passes_the_check(value in everything()) {
        prop_assert_eq!(round_trip(&value), Ok(true));
    }
}

fn text<T>(result: Result<T, CodecError>) -> String {
    result
        .err()
        .map_or("no error".to_owned(), |error| error.to_string())
}

#[test]
fn left_over_bytes_are_an_error() {
    assert_eq!(
        text(decode::<u8>(&[1, 2, 3])),
        "bytes are left over after the value (in a value of type `u8`)"
    );
}

#[test]
fn a_length_beyond_the_bytes_allocates_nothing_to_speak_of() {
    for length in [1 << 30, 1 << 40, u64::MAX] {
        let bytes = length.to_le_bytes();
        assert!(decode::<Vec<u8>>(&bytes).is_err());
        assert!(decode::<Vec<()>>(&bytes).is_err());
        assert!(decode::<LinkedList<()>>(&bytes).is_err());
        assert!(decode::<HashMap<u8, ()>>(&bytes).is_err());
        assert!(decode::<String>(&bytes).is_err());
    }
}

#[test]
fn elements_without_bytes_have_a_limit_of_all_sequences_together() {
    let most = vec![(); MAX_EMPTY_ELEMENTS];
    let bytes = encode(&most).unwrap();
    assert_eq!(bytes.len(), 8);
    assert_eq!(decode::<Vec<()>>(&bytes).unwrap(), most);

    let more = vec![(); MAX_EMPTY_ELEMENTS + 1];
    assert!(text(encode(&more)).starts_with("it has more than 65536 elements"));
    let halves = vec![vec![(); MAX_EMPTY_ELEMENTS / 2 + 1]; 2];
    assert!(text(encode(&halves)).starts_with("it has more than 65536 elements"));
    // An end without the limit would come in some centuries.
    assert!(encode(&vec![(); usize::MAX]).is_err());

    let mut many = Vec::new();
    for length in [2u64, 40_000, 40_000] {
        many.extend_from_slice(&length.to_le_bytes());
    }
    assert!(text(decode::<Vec<Vec<()>>>(&many)).starts_with("it has more than 65536 elements"));
}

/// Has a size and no bytes, which only the count of all elements notices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Skipped {
    #[serde(skip)]
    n: u8,
}

#[test]
fn elements_that_write_nothing_are_counted_on_both_sides() {
    let fits = vec![Skipped::default(); MAX_EMPTY_ELEMENTS];
    assert_eq!(
        decode::<Vec<Skipped>>(&encode(&fits).unwrap()).unwrap(),
        fits
    );
    let more = vec![Skipped::default(); MAX_EMPTY_ELEMENTS + 100];
    assert!(text(encode(&more)).starts_with("it has more than 65536 elements"));
}

/// One level for the struct and one for its `Some`.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Node {
    value: [u64; 4],
    next: Option<Box<Node>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf(u64),
    Inner(Vec<Tree>),
    Named { inside: Box<Tree> },
}

/// Written as the node inside, so that only its `Some` is a level.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Bare(Option<Box<Bare>>);

fn nodes(count: u32) -> Node {
    (1..count).fold(Node::default(), |next, _| Node {
        value: [1; 4],
        next: Some(Box::new(next)),
    })
}

/// On a stack as small as that of a wasm program.
fn on_a_mebibyte(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn nesting_ends_in_an_error_on_both_sides_before_the_stack_does() {
    on_a_mebibyte(|| {
        let most = nodes(MAX_DEPTH / 2);
        assert_eq!(decode::<Node>(&encode(&most).unwrap()).unwrap(), most);
        assert_eq!(
            text(encode(&nodes(MAX_DEPTH / 2 + 1))),
            format!(
                "it is nested more than {MAX_DEPTH} levels deep, and the stack of a worker is small \
                 (in a value of type `{}`)",
                type_name::<Node>()
            )
        );

        // Bytes that no encoder of ours has written.
        let endless = [1; 1 << 16];
        assert!(text(decode::<Bare>(&endless)).starts_with("it is nested more than"));
        let endless = [2, 0, 0, 0].repeat(1 << 16);
        assert!(text(decode::<Tree>(&endless)).starts_with("it is nested more than"));
        let endless = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0].repeat(1 << 16);
        assert!(text(decode::<Tree>(&endless)).starts_with("it is nested more than"));
    });
}

/// Large itself, so that few of its levels take much of the stack.
#[derive(Serialize, Deserialize)]
struct Large {
    numbers: [[u64; 32]; 16],
    next: Option<Box<Large>>,
}

#[test]
fn nesting_of_large_types_ends_in_an_error_before_the_stack_does() {
    on_a_mebibyte(|| {
        let mut large = None;
        for _ in 0..MAX_DEPTH / 2 - 2 {
            large = Some(Box::new(Large {
                numbers: [[1; 32]; 16],
                next: large,
            }));
        }
        let bytes = encode(&large.unwrap()).unwrap();
        let error = text(decode::<Large>(&bytes));
        assert!(
            error.starts_with("its nesting takes more than 512 KiB of stack"),
            "{error}"
        );
    });
}

#[test]
fn levels_end_where_their_value_does() {
    let wide = vec![(Some(Newtype(1)), vec![Shape::Dot], Pair(1, 'x')); 10_000];
    let bytes = encode(&wide).unwrap();
    assert_eq!(
        decode::<Vec<(Option<Newtype>, Vec<Shape>, Pair)>>(&bytes).unwrap(),
        wide
    );
    let shapes = vec![
        Shape::Grid {
            cells: vec![1],
            names: vec![]
        };
        1000
    ];
    let map: BTreeMap<u32, Result<Vec<Shape>, ()>> =
        (0..1000).map(|n| (n, Ok(shapes[..2].to_vec()))).collect();
    assert_eq!(
        decode::<BTreeMap<u32, Result<Vec<Shape>, ()>>>(&encode(&map).unwrap()).unwrap(),
        map
    );
}

#[test]
fn a_failed_encoding_leaves_nothing_behind() {
    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not this one"))
        }
    }
    let mut out = vec![7];
    let error = encode_into(&(1u32, Refuses), &mut out).unwrap_err();
    assert!(error.to_string().contains("not this one"));
    assert_eq!(out, [7]);
}

mod attributes {
    use super::*;

    /// The text of the check's error.
    fn refusal<T: Serialize + DeserializeOwned>(value: &T) -> String {
        text(round_trip(value))
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Item {
        #[serde(default, skip_serializing_if = "is_zero")]
        n: u8,
        bytes: Vec<u8>,
    }

    fn is_zero(n: &u8) -> bool {
        *n == 0
    }

    #[test]
    fn a_field_that_is_left_out_is_an_error_without_the_check_as_well() {
        // Without names these would be the bytes of `Item { n: 1, bytes: [] }`.
        let item = Item {
            n: 0,
            bytes: vec![0],
        };
        let error = text(encode(&(7u8, item.clone())));
        assert!(
            error.starts_with(
                "the field `n` of `Item` was left out, as `#[serde(skip_serializing_if)]` does"
            ),
            "{error}"
        );
        assert_eq!(refusal(&item), error.split(" (in").next().unwrap());
        assert_eq!(refusal(&Item { n: 2, ..item }), "no error");

        #[derive(Serialize, Deserialize)]
        enum Variant {
            Of {
                #[serde(default, skip_serializing_if = "is_zero")]
                n: u8,
            },
        }
        let error = refusal(&Variant::Of { n: 0 });
        assert!(
            error.starts_with("the field `n` of `Variant` was left out"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn no_value_arrives_as_another(n in 0u8..3, bytes in prop::collection::vec(0u8..3, 0..4)) {
            let item = Item { n, bytes };
            if let Ok(bytes) = encode(&item) {
                prop_assert_eq!(decode::<Item>(&bytes).unwrap(), item);
            }
        }

        #[test]
        fn no_tuple_that_passes_the_check_arrives_as_another(n in 0u8..3, bytes in prop::collection::vec(0u8..3, 0..4)) {
            let item = TupleItem(n, bytes);
            if round_trip(&item).is_ok() {
                prop_assert_eq!(decode::<TupleItem>(&encode(&item).unwrap()).unwrap(), item);
            }
        }
    }

    /// serde does not say of a tuple that a field is left out.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct TupleItem(#[serde(skip_serializing_if = "is_zero")] u8, Vec<u8>);

    #[test]
    fn a_tuple_that_leaves_a_field_out_is_refused_by_its_length() {
        let error = refusal(&TupleItem(0, vec![0]));
        assert!(
            error.starts_with("`TupleItem` reads other fields than the 1 that it writes, as `#[serde(skip_serializing)]`"),
            "{error}"
        );
        assert_eq!(refusal(&TupleItem(1, vec![0])), "no error");
    }

    #[test]
    fn a_field_that_one_side_skips_is_refused() {
        #[derive(Serialize, Deserialize)]
        struct Unwritten {
            #[serde(default, skip_serializing)]
            _n: u8,
            m: u32,
        }
        #[derive(Serialize, Deserialize)]
        struct Unread {
            #[serde(skip_deserializing)]
            n: u8,
            m: u32,
        }
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Neither {
            #[serde(skip)]
            n: u8,
            m: u32,
        }
        let error = refusal(&Unwritten { _n: 1, m: 2 });
        assert!(
            error.starts_with("`Unwritten` reads other fields than the 1 that it writes"),
            "{error}"
        );
        let error = refusal(&Unread { n: 1, m: 2 });
        assert!(
            error.starts_with("`Unread` reads other fields than the 2 that it writes"),
            "{error}"
        );
        assert_eq!(refusal(&Neither { n: 1, m: 2 }), "no error");
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u64),
        Text(String),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Internal {
        Number { n: u64 },
        Nothing,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", content = "of")]
    enum Adjacent {
        Number(u64),
        Pair(u8, String),
        Named { n: u8 },
        Nothing,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Outer {
        n: u8,
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        m: u8,
    }

    #[test]
    fn what_needs_a_format_that_describes_itself_is_refused_by_name() {
        for value in [Untagged::Number(1), Untagged::Text("x".to_owned())] {
            let error = refusal(&value);
            assert!(
                error.contains("`#[serde(untagged)]`") && error.contains(INSTEAD),
                "{error}"
            );
            assert!(
                text(decode::<Untagged>(&encode(&value).unwrap())).contains("`#[serde(untagged)]`")
            );
        }
        for value in [Internal::Number { n: 1 }, Internal::Nothing] {
            let error = refusal(&value);
            let named = "(internally tagged enum Internal), as enums with `#[serde(tag)]` do";
            assert!(error.contains(named) && error.contains(INSTEAD), "{error}");
        }
        let outer = Outer {
            n: 1,
            inner: Inner { m: 2 },
        };
        for error in [refusal(&outer), text(encode(&outer))] {
            assert!(
                error.contains("`#[serde(flatten)]`") && error.contains(INSTEAD),
                "{error}"
            );
        }
        let one_entry = [1, 0, 0, 0, 0, 0, 0, 0, 1];
        assert!(text(decode::<Outer>(&one_entry)).contains("`#[serde(flatten)]`"));
        assert!(refusal(&serde_json::json!([1])).contains("`serde_json::Value`"));
    }

    #[test]
    fn enums_with_tag_and_content_are_refused() {
        for value in [
            Adjacent::Number(1),
            Adjacent::Pair(2, "x".to_owned()),
            Adjacent::Named { n: 3 },
            Adjacent::Nothing,
        ] {
            let error = refusal(&value);
            assert!(
                error.starts_with("it reads a variant by name, as `#[serde(tag, content)]` does"),
                "{error}"
            );
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    struct Harmless {
        #[serde(rename = "other", alias = "third")]
        long_name: u8,
        #[serde(with = "bytes")]
        bytes: Vec<u8>,
        #[serde(default)]
        defaulted: Option<u8>,
        #[serde(skip)]
        skipped: u8,
        into: Converted,
        map: HashMap<u8, String>,
    }

    impl Default for Harmless {
        fn default() -> Self {
            Harmless {
                long_name: 1,
                bytes: vec![1, 2],
                defaulted: None,
                skipped: 0,
                into: Converted(5),
                map: (0..50).map(|n| (n, n.to_string())).collect(),
            }
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(into = "String", try_from = "String")]
    struct Converted(u8);

    impl From<Converted> for String {
        fn from(value: Converted) -> Self {
            value.0.to_string()
        }
    }

    impl TryFrom<String> for Converted {
        type Error = std::num::ParseIntError;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            text.parse().map(Converted)
        }
    }

    /// Written as bytes and read as a sequence, which are the same bytes.
    mod bytes {
        pub(super) fn serialize<S: serde::Serializer>(
            bytes: &[u8],
            to: S,
        ) -> Result<S::Ok, S::Error> {
            to.serialize_bytes(bytes)
        }

        pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
            from: D,
        ) -> Result<Vec<u8>, D::Error> {
            serde::Deserialize::deserialize(from)
        }
    }

    #[test]
    fn all_other_attributes_are_carried() {
        let value = Harmless::default();
        assert_eq!(refusal(&value), "no error");
        assert_eq!(decode::<Harmless>(&encode(&value).unwrap()).unwrap(), value);
    }

    #[test]
    fn a_value_that_changes_on_its_way_is_refused() {
        #[derive(Serialize, Deserialize)]
        struct Grows(#[serde(deserialize_with = "one_more")] u8, u8);
        fn one_more<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
            u8::deserialize(from).map(|n| n + 1)
        }
        assert!(refusal(&Grows(1, 7)).starts_with("it is not the same value"));
    }

    #[test]
    fn a_type_is_checked_until_eight_values_have_passed() {
        #[derive(Serialize, Deserialize)]
        struct Late(#[serde(skip_serializing_if = "is_zero")] u8, u8);
        for _ in 0..7 {
            assert_eq!(text(check(&Late(1, 1))), "no error");
        }
        for _ in 0..2 {
            assert!(
                text(check(&Late(0, 1)))
                    .contains("`Late` reads other fields than the 1 that it writes")
            );
        }
        assert_eq!(text(check(&Late(1, 1))), "no error");
        assert_eq!(text(check(&Late(0, 1))), "no error");
    }

    #[test]
    fn large_values_are_not_checked_and_cost_little() {
        assert_eq!(round_trip(&vec![1u8; 1 << 10]), Ok(true));
        assert_eq!(round_trip(&vec![1u8; 1 << 24]), Ok(false));
        assert_eq!(round_trip(&"x".repeat(1 << 20)), Ok(false));
    }
}
