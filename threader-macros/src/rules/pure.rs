//! Functions that are known to be pure and have no companion to say so.

/// Everything at or below these paths, where [`super::paths`] does not say otherwise.
pub(crate) static STD: &[&str] = &[
    "std::any", "std::array", "std::ascii", "std::borrow", "std::boxed", "std::cell", "std::char", "std::clone",
    "std::cmp", "std::collections", "std::convert", "std::default", "std::env::join_paths", "std::env::split_paths",
    "std::error", "std::f32", "std::f64", "std::ffi", "std::fmt", "std::hash", "std::hint", "std::i8", "std::i16",
    "std::i32", "std::i64", "std::i128", "std::io", "std::isize", "std::iter", "std::marker", "std::mem", "std::net",
    "std::num", "std::ops", "std::option", "std::panic", "std::path", "std::pin", "std::primitive", "std::process",
    "std::ptr", "std::rc", "std::result", "std::simd", "std::slice", "std::str", "std::string", "std::sync", "std::task",
    "std::time", "std::u8", "std::u16", "std::u32", "std::u64", "std::u128", "std::usize", "std::vec", "std::alloc",
];

/// Modules that functions are called through after `use std::module;`, and those functions.
pub(crate) static IMPORTED: &[(&str, &[&str])] = &[
    ("array", &["from_fn", "from_ref", "from_mut"]),
    ("char", &["from_digit", "from_u32"]),
    ("cmp", &["max", "max_by", "max_by_key", "min", "min_by", "min_by_key", "minmax"]),
    ("convert", &["identity"]),
    ("fmt", &["format", "from_fn", "write"]),
    ("hint", &["assert_unchecked", "black_box", "cold_path", "must_use", "select_unpredictable", "spin_loop", "unreachable_unchecked"]),
    ("io", &["copy", "empty", "read_to_string", "repeat", "sink"]),
    (
        "iter",
        &[
            "chain", "empty", "from_coroutine", "from_fn", "once", "once_with", "repeat", "repeat_n", "repeat_with", "successors",
            "zip",
        ],
    ),
    (
        "mem",
        &[
            "align_of", "align_of_val", "discriminant", "drop", "forget", "needs_drop", "offset_of", "replace", "size_of",
            "size_of_val", "swap", "take", "zeroed",
        ],
    ),
    ("ops", &["add", "mul"]),
    ("panic", &["catch_unwind", "panic_any", "resume_unwind"]),
    ("ptr", &["null", "null_mut"]),
    ("slice", &["from_mut", "from_ref", "from_raw_parts", "from_raw_parts_mut"]),
    ("str", &["from_utf8", "from_utf8_mut", "from_utf8_unchecked"]),
];

/// Functions of std that are imported by their names, or are in scope anyway.
pub(crate) static BARE: &[&str] = &[
    "align_of", "align_of_val", "black_box", "catch_unwind", "discriminant", "drop", "empty", "forget", "from_digit",
    "from_fn", "from_mut", "from_ref", "from_u32", "from_utf8", "identity", "max", "max_by", "max_by_key", "min",
    "min_by", "min_by_key", "needs_drop", "once", "once_with", "panic_any", "repeat", "repeat_n", "repeat_with", "replace",
    "resume_unwind", "size_of", "size_of_val", "successors", "swap", "take", "zip",
];

/// Whether this is a vector instruction of `std::arch`, by its vendor's prefix.
pub(crate) fn is_intrinsic(name: &str) -> bool {
    ["_mm_", "_mm256_", "_mm512_"].iter().any(|prefix| name.starts_with(prefix))
}

/// Crates that only compute.
pub(crate) static CRATES: &[&str] = &[
    "adler", "adler2", "aho_corasick", "approx", "arrayvec", "base64", "base64ct", "bincode", "bitflags", "bitvec", "blake2",
    "blake3", "bs58", "bstr", "bytecount", "bytemuck", "byteorder", "bytes", "cgmath", "chacha20", "ciborium", "crc",
    "crc32fast", "csv", "data_encoding", "deunicode", "digest", "edit_distance", "either", "euclid", "fixedbitset", "flate2",
    "fnv", "geo", "geo_types", "glam", "half", "heck", "hex", "hmac", "humantime", "image", "imageproc",
    "indexmap", "itertools", "itoa", "kurbo", "levenshtein", "lexical", "lexical_core", "libm", "lz4_flex", "md5", "md_5",
    "memchr", "miniz_oxide", "nalgebra", "ndarray", "nom", "num", "num_bigint", "num_complex", "num_integer",
    "num_iter", "num_rational", "num_traits", "ordered_float", "percent_encoding", "petgraph", "phf", "postcard", "primal",
    "pulldown_cmark", "puruspe", "rand_chacha", "rand_distr", "rand_pcg", "rand_xorshift", "rand_xoshiro", "regex",
    "regex_automata", "regex_syntax", "rmp_serde", "ron", "roxmltree", "rstar", "rust_decimal", "rustc_hash", "ryu",
    "semver", "serde", "serde_bytes", "serde_cbor", "serde_json", "serde_qs", "serde_urlencoded", "serde_yaml", "sha1", "sha2",
    "sha3", "siphasher", "smallvec", "smartstring", "smol_str", "snap", "spade", "statrs", "strsim", "strum", "textwrap",
    "tinyvec", "toml", "twox_hash", "unicase", "unicode_normalization", "unicode_segmentation",
    "unicode_width", "unicode_xid", "urlencoding", "utf8parse", "varint_rs", "winnow", "xxhash_rust", "zerocopy", "zstd_safe",
];
