//! Methods of plain data that have an effect.
//!
//! An impure receiver has to come from somewhere, and that place is checked; what remains are methods of data that
//! anyone may hold.

use super::Effect::{self, *};

/// What must be known of the receiver for the name to count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Receiver {
    /// Nothing.
    Any,
    /// That nothing speaks against its being one: not `self`, and no declared type of another name.
    Perhaps(&'static [&'static str]),
    /// That its type, its making or its name says so.
    Surely(&'static [&'static str]),
}

/// Name, count of arguments, receiver, effect.
pub(crate) static METHODS: &[(&str, Option<usize>, Receiver, Effect)] = &[
    ("elapsed", Some(0), Receiver::Perhaps(CLOCKS), Time),
    ("to_socket_addrs", Some(0), Receiver::Any, Net),
    ("try_exists", Some(0), Receiver::Any, Fs),
    ("symlink_metadata", Some(0), Receiver::Any, Fs),
    ("read_dir", Some(0), Receiver::Any, Fs),
    ("read_link", Some(0), Receiver::Perhaps(PATHS), Fs),
    ("is_symlink", Some(0), Receiver::Surely(PATHS), Fs),
    ("exists", Some(0), Receiver::Surely(PATHS), Fs),
    ("is_file", Some(0), Receiver::Surely(PATHS), Fs),
    ("is_dir", Some(0), Receiver::Surely(PATHS), Fs),
    ("metadata", Some(0), Receiver::Surely(PATHS), Fs),
    ("canonicalize", Some(0), Receiver::Surely(PATHS), Fs),
    ("as_ptr", Some(0), Receiver::Any, Address),
    ("as_mut_ptr", Some(0), Receiver::Any, Address),
    ("as_ptr_range", Some(0), Receiver::Any, Address),
    ("as_mut_ptr_range", Some(0), Receiver::Any, Address),
    ("expose_provenance", Some(0), Receiver::Any, Address),
    ("par_iter", Some(0), Receiver::Any, Threads),
    ("par_iter_mut", Some(0), Receiver::Any, Threads),
    ("into_par_iter", Some(0), Receiver::Any, Threads),
    ("par_bridge", Some(0), Receiver::Any, Threads),
    ("par_chunks", Some(1), Receiver::Any, Threads),
    ("par_chunks_mut", Some(1), Receiver::Any, Threads),
    ("par_chunks_exact", Some(1), Receiver::Any, Threads),
    ("par_chunks_exact_mut", Some(1), Receiver::Any, Threads),
    ("par_windows", Some(1), Receiver::Any, Threads),
    ("par_split", Some(1), Receiver::Any, Threads),
    ("par_lines", Some(0), Receiver::Any, Threads),
    ("par_chars", Some(0), Receiver::Any, Threads),
    ("par_bytes", Some(0), Receiver::Any, Threads),
    ("par_extend", Some(1), Receiver::Any, Threads),
    ("par_sort", Some(0), Receiver::Any, Threads),
    ("par_sort_by", Some(1), Receiver::Any, Threads),
    ("par_sort_by_key", Some(1), Receiver::Any, Threads),
    ("par_sort_unstable", Some(0), Receiver::Any, Threads),
    ("par_sort_unstable_by", Some(1), Receiver::Any, Threads),
    ("par_sort_unstable_by_key", Some(1), Receiver::Any, Threads),
];

pub(crate) static CLOCKS: &[&str] = &["Instant", "SystemTime"];
pub(crate) static PATHS: &[&str] = &["Path", "PathBuf"];

/// Last words of names that people give to paths.
pub(crate) static PATH_WORDS: &[&str] = &[
    "path",
    "dir",
    "directory",
    "folder",
    "file_name",
    "filename",
];

/// Methods of a thread-local variable, which is a constant with a name in capitals, and whether they take a closure.
pub(crate) static THREAD_LOCAL: &[(&str, usize, bool)] = &[
    ("with", 1, true),
    ("try_with", 1, true),
    ("with_borrow", 1, true),
    ("with_borrow_mut", 1, true),
    ("set", 1, false),
];

/// Methods of types that change behind a shared borrow, beside `fetch_…` and `compare_exchange…`.
pub(crate) static STATE: &[&str] = &[
    "force",
    "get",
    "get_or_init",
    "load",
    "lock",
    "read",
    "set",
    "store",
    "swap",
    "try_lock",
    "try_read",
    "try_write",
    "write",
];

/// Methods that visit a hash container in its order.
pub(crate) static ITERATION: &[&str] = &[
    "iter",
    "iter_mut",
    "keys",
    "values",
    "values_mut",
    "into_keys",
    "into_values",
    "into_iter",
    "drain",
    "retain",
    "extract_if",
    "union",
    "intersection",
    "difference",
    "symmetric_difference",
];

/// What may end a chain that began at a hash container, whatever the order.
pub(crate) static ORDERLESS: &[&str] = &[
    "all",
    "any",
    "contains",
    "count",
    "is_empty",
    "len",
    "max",
    "min",
    "sorted",
    "sorted_by",
    "sorted_by_key",
    "sorted_by_cached_key",
    "sorted_unstable",
    "sorted_unstable_by",
    "sorted_unstable_by_key",
];

/// The same, if it adds no floating-point numbers.
pub(crate) static ORDERLESS_SUMS: &[&str] = &["sum", "product"];

/// Containers that do not keep the order in which they were filled.
pub(crate) static UNORDERED: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "FxHashMap",
    "FxHashSet",
    "AHashMap",
    "AHashSet",
];

/// Hash containers with a seed of their own for each, unless a hasher is named: name and count of parameters with it.
pub(crate) static HASHED: &[(&str, usize)] = &[
    ("HashMap", 3),
    ("HashSet", 2),
    ("AHashMap", 3),
    ("AHashSet", 2),
    ("DashMap", 3),
    ("DashSet", 2),
];
