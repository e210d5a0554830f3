//! Every effect: its message, and the tokens it is at. `ordinary.rs` has code that has none.

use expect_test::{Expect, expect};

use super::check::errors;
use super::{site, tokens};

/// Lists what is wrong as `tokens: message`, and the questions that are left for the compiler.
#[track_caller]
fn check(source: &str, expect: Expect) {
    check_attribute("", source, expect);
}

#[track_caller]
fn check_attribute(attribute: &str, source: &str, expect: Expect) {
    expect.assert_eq(&found(attribute, source));
}

fn found(attribute: &str, source: &str) -> String {
    let expansion = crate::purity::expand(tokens(attribute), tokens(source), &site);
    let mut found = errors(expansion.clone());
    // The help is the effect's, and shown once in a test of its own.
    found = found
        .lines()
        .filter(|line| !line.starts_with("help: "))
        .map(|line| line.to_owned() + "\n")
        .collect();
    let text = expansion.to_string().replace(" )", ")");
    for part in text.split(" ! (@ pure ").skip(1) {
        let path = part.split(')').next().unwrap_or_default();
        found += &format!("marked? {}\n", path.replace(' ', ""));
    }
    let mut parts: Vec<&str> = text.split("_is_state_that_can_change)").collect();
    parts.pop();
    for part in parts {
        let name = part.rsplit([' ', '(']).next().unwrap_or_default();
        found += &format!("immutable? {name}\n");
    }
    found
}

/// The body has no effect, and asks for nothing.
#[track_caller]
pub(super) fn fine(source: &str) {
    assert_eq!(found("", source), "", "{source}");
}

#[test]
fn the_whole_message() {
    let expansion =
        crate::purity::expand(tokens(""), tokens("fn f() { std::fs::read(p()); }"), &site);
    expect![[r#"
        std::fs::read: `std::fs::read` uses the file system (effect `fs`)
        help: read the file before the call and pass its contents as an argument; return what is to be written
    "#]].assert_eq(&errors(expansion));
}

#[test]
fn console() {
    check(
        "fn f(x: u32) { println!(\"{x}\"); std::eprint!(\"\"); dbg!(x); io::stdin().read_line(s); std::io::stdout(); log::info!(\"\"); info!(\"{x}\"); my::println!(); }",
        expect![[r#"
            println: `println!` writes to the console or a log, or reads from it (effect `console`)
            std::eprint: `std::eprint!` writes to the console or a log, or reads from it (effect `console`)
            dbg: `dbg!` writes to the console or a log, or reads from it (effect `console`)
            io::stdin: `io::stdin` writes to the console or a log, or reads from it (effect `console`)
            std::io::stdout: `std::io::stdout` writes to the console or a log, or reads from it (effect `console`)
            log::info: `log::info!` writes to the console or a log, or reads from it (effect `console`)
            info: `info!` writes to the console or a log, or reads from it (effect `console`)
            marked? s
        "#]],
    );
}

#[test]
fn fs() {
    check(
        "fn f(path: &Path, p: impl AsRef<Path>, name: &str) { use std::fs::read as slurp; slurp(name); fs::write(name, name); std::fs::File::open(name); fs::File::create(name); path.exists(); p.as_ref().is_dir(); Path::new(name).join(name).metadata(); OpenOptions::new(); File::open(name); self.root_dir.canonicalize(); std::os::unix::fs::symlink(name, name); tempfile::tempdir(); }",
        expect![[r#"
            slurp: `slurp` uses the file system (effect `fs`)
            fs::write: `fs::write` uses the file system (effect `fs`)
            std::fs::File::open: `std::fs::File::open` uses the file system (effect `fs`)
            fs::File::create: `fs::File::create` uses the file system (effect `fs`)
            exists: `.exists()` uses the file system (effect `fs`)
            is_dir: `.is_dir()` uses the file system (effect `fs`)
            metadata: `.metadata()` uses the file system (effect `fs`)
            OpenOptions::new: `OpenOptions::new` uses the file system (effect `fs`)
            canonicalize: `.canonicalize()` uses the file system (effect `fs`)
            std::os::unix::fs::symlink: `std::os::unix::fs::symlink` uses the file system (effect `fs`)
            tempfile::tempdir: `tempfile::tempdir` uses the file system (effect `fs`)
        "#]],
    );
}

#[test]
fn net() {
    check(
        "fn f(host: &str) { TcpStream::connect(host); std::net::UdpSocket::bind(host); (host, 80).to_socket_addrs(); reqwest::blocking::get(host); ureq::get(host); }",
        expect![[r#"
            TcpStream::connect: `TcpStream::connect` uses the network (effect `net`)
            std::net::UdpSocket::bind: `std::net::UdpSocket::bind` uses the network (effect `net`)
            to_socket_addrs: `.to_socket_addrs()` uses the network (effect `net`)
            reqwest::blocking::get: `reqwest::blocking::get` uses the network (effect `net`)
            ureq::get: `ureq::get` uses the network (effect `net`)
        "#]],
    );
}

#[test]
fn process_and_env() {
    check(
        "fn f() { std::process::exit(1); process::id(); std::process::Command::new(p); Command::new(p); std::env::var(n); env::args(); core::option_env!(\"A\"); env!(\"A\"); }",
        expect![[r#"
            std::process::exit: `std::process::exit` starts, ends or inspects a process (effect `process`)
            process::id: `process::id` starts, ends or inspects a process (effect `process`)
            std::process::Command::new: `std::process::Command::new` starts, ends or inspects a process (effect `process`)
            std::env::var: `std::env::var` reads or changes the environment of the process (effect `env`)
            env::args: `env::args` reads or changes the environment of the process (effect `env`)
            marked? p
            marked? n
        "#]],
    );
}

#[test]
fn threads() {
    check(
        "fn f(v: &[u8]) { std::thread::spawn(|| 1); thread::sleep(d); v.par_iter(); rayon::join(a, b); tokio::spawn(b); threader::all!(g(1)); threader::progress(1, 2); async { x.await }; mpsc::channel(); }",
        expect![[r#"
            std::thread::spawn: `std::thread::spawn` starts threads or tasks, or waits for some (effect `threads`)
            thread::sleep: `thread::sleep` starts threads or tasks, or waits for some (effect `threads`)
            par_iter: `.par_iter()` starts threads or tasks, or waits for some (effect `threads`)
            rayon::join: `rayon::join` starts threads or tasks, or waits for some (effect `threads`)
            tokio::spawn: `tokio::spawn` starts threads or tasks, or waits for some (effect `threads`)
            threader::all: `threader::all!` starts threads or tasks, or waits for some (effect `threads`)
            await: `.await` starts threads or tasks, or waits for some (effect `threads`)
            mpsc::channel: `mpsc::channel` starts threads or tasks, or waits for some (effect `threads`)
            marked? d
            marked? a
            marked? b
            marked? x
        "#]],
    );
}

#[test]
fn time() {
    check(
        "fn f(t: Instant, w: Watch) { Instant::now(); std::time::SystemTime::now(); t.elapsed(); chrono::Utc::now(); Utc::now(); w.elapsed(); self.elapsed(); self.start.elapsed(); SystemTime::UNIX_EPOCH + Duration::from_secs(1); }",
        expect![[r#"
            Instant::now: `Instant::now` reads the clock (effect `time`)
            std::time::SystemTime::now: `std::time::SystemTime::now` reads the clock (effect `time`)
            elapsed: `.elapsed()` reads the clock (effect `time`)
            chrono::Utc::now: `chrono::Utc::now` reads the clock (effect `time`)
            Utc::now: `Utc::now` reads the clock (effect `time`)
            elapsed: `.elapsed()` reads the clock (effect `time`)
        "#]],
    );
}

#[test]
fn random() {
    check(
        "fn f(seed: u64) { rand::random::<u8>(); rand::rng(); thread_rng(); StdRng::from_entropy(); OsRng.next_u32(); Uuid::new_v4(); fastrand::u8(..); getrandom::fill(b); let mut r = StdRng::seed_from_u64(seed); ChaCha8Rng::from_seed(s); rand::rngs::SmallRng::seed_from_u64(1); fastrand::Rng::with_seed(7); }",
        expect![[r#"
            rand::random: `rand::random` draws random values that no second run repeats (effect `random`)
            rand::rng: `rand::rng` draws random values that no second run repeats (effect `random`)
            thread_rng: `thread_rng` draws random values that no second run repeats (effect `random`)
            StdRng::from_entropy: `StdRng::from_entropy` draws random values that no second run repeats (effect `random`)
            OsRng: `OsRng` draws random values that no second run repeats (effect `random`)
            Uuid::new_v4: `Uuid::new_v4` draws random values that no second run repeats (effect `random`)
            fastrand::u8: `fastrand::u8` draws random values that no second run repeats (effect `random`)
            getrandom::fill: `getrandom::fill` draws random values that no second run repeats (effect `random`)
            marked? b
            marked? s
        "#]],
    );
}

#[test]
fn hash_order() {
    check(
        "fn f(a: &HashMap<u8, u8>, b: HashSet<u8>, c: HashMap<u8, u8, Fixed>) -> Vec<u8> {
            for x in a {}
            for x in a.keys() {}
            for x in &c {}
            let d = HashMap::from([(1, 2)]);
            let e = d.clone();
            let v: Vec<_> = e.values().collect();
            let mut w = Vec::new();
            w.extend(&b);
            w.extend(b.iter());
            b.retain(|x| *x > 1);
            let s = S { map: HashMap::new() };
            s.map.drain();
            format!(\"{d:?} {:?}\", e);
            RandomState::new();
            a.values().map(|x| f64::from(*x)).sum::<f64>();
            b.into_iter().collect()
        }",
        expect![[r#"
            a: `for … in a` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            keys: `.keys()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            values: `.values()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            extend: `.extend()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            iter: `.iter()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            retain: `.retain()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            drain: `.drain()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            "{d:?} {:?}": `{d:?}` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            e: `e` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            RandomState::new: `RandomState::new` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            values: `.values()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
            into_iter: `.into_iter()` depends on the order of a hash container, which differs from run to run (effect `hash_order`)
        "#]],
    );
}

#[test]
fn hash_containers_whose_order_is_lost() {
    fine(
        "fn f(a: &HashMap<u8, u8>, b: &mut HashSet<u8>) -> BTreeMap<u8, u8> {
            let mut v: Vec<_> = a.keys().collect();
            v.sort_unstable();
            let w = a.iter().map(|(k, v)| (*v, *k)).collect::<BTreeMap<_, _>>();
            let x: HashSet<u8> = a.values().copied().collect();
            let n: u32 = a.values().map(|v| u32::from(*v)).sum();
            if a.keys().any(|k| *k == 3) || b.iter().all(|x| *x > 3) {}
            let m = a.values().max();
            let c = a.iter().filter(|(k, _)| **k > 2).count();
            b.extend(a.keys());
            let mut s = BTreeSet::new();
            s.extend(a.keys().chain(b.iter()));
            let t = BTreeSet::from_iter(b.iter());
            let u = a.keys().sorted().collect::<Vec<_>>();
            a.get(&1); a.contains_key(&1); a[&1]; a.len(); b.insert(3); b.entry(3).or_insert(2);
            let count = a.iter().count();
            a.iter().map(|(k, v)| (*k, *v)).collect()
        }",
    );
}

#[test]
fn global() {
    check(
        "fn f() -> u8 {
            COUNTER.load(o); TABLE[1]; &STATE; LAZY.len(); crate::config::LEVEL.get(); format!(\"{} {LIMIT}\", NAME);
            let by_value = [ZERO; 3]; let x = LIMIT + 1; if x == MAX {} Self::N.pow(2); u32::MAX.pow(2); std::f64::consts::PI.sin();
            KEY.with(|k| k.get()); KEY.set(1);
            thread_local! { static A: u8 = 1; }
            static LOCAL: AtomicU8 = AtomicU8::new(1);
            static FIXED: [u8; 2] = [1, 2];
            FIXED[0]; LOCAL.load(o);
            match NAMES { A => 1, _ => 2 }
        }",
        expect![[r#"
            KEY: `KEY.with()` is state outside of the function, which other calls change (effect `global`)
            KEY: `KEY.set()` is state outside of the function, which other calls change (effect `global`)
            thread_local: `thread_local!` is state outside of the function, which other calls change (effect `global`)
            LOCAL: `LOCAL` is state outside of the function, which other calls change (effect `global`)
            marked? o
            immutable? COUNTER
            immutable? TABLE
            immutable? STATE
            immutable? LAZY
            immutable? LEVEL
            immutable? LIMIT
            immutable? NAME
            immutable? KEY
            immutable? FIXED
            immutable? NAMES
        "#]],
    );
}

#[test]
fn address() {
    check(
        "fn f(x: &u8, v: &[u8]) { x as *const u8; v.as_ptr(); std::ptr::eq(x, x); ptr::eq(x, x); Rc::ptr_eq(a, b); format!(\"{:p} {x:#p} {{:p}} {x:?}\", x); &raw const x; std::any::type_name::<u8>(); TypeId::of::<u8>(); std::panic::Location::caller(); }",
        expect![[r#"
            *const: `as *const` shows an address or the build, which differ from run to run (effect `address`)
            as_ptr: `.as_ptr()` shows an address or the build, which differ from run to run (effect `address`)
            std::ptr::eq: `std::ptr::eq` shows an address or the build, which differ from run to run (effect `address`)
            ptr::eq: `ptr::eq` shows an address or the build, which differ from run to run (effect `address`)
            Rc::ptr_eq: `Rc::ptr_eq` shows an address or the build, which differ from run to run (effect `address`)
            "{:p} {x:#p} {{:p}} {x:?}": `{:p}` shows an address or the build, which differ from run to run (effect `address`)
            "{:p} {x:#p} {{:p}} {x:?}": `{x:#p}` shows an address or the build, which differ from run to run (effect `address`)
            &raw: `&raw` shows an address or the build, which differ from run to run (effect `address`)
            std::any::type_name: `std::any::type_name` shows an address or the build, which differ from run to run (effect `address`)
            TypeId::of: `TypeId::of` shows an address or the build, which differ from run to run (effect `address`)
            std::panic::Location::caller: `std::panic::Location::caller` shows an address or the build, which differ from run to run (effect `address`)
            marked? a
            marked? b
        "#]],
    );
}

#[test]
fn unsafe_ffi_and_js() {
    check(
        "unsafe fn f(x: &u8) { unsafe { g() }; std::mem::transmute(x); asm!(\"nop\"); extern \"C\" { fn h(); } libc::getpid(); nix::unistd::getpid(); js_sys::Date::now(); web_sys::window(); wasm_bindgen::JsValue::NULL.clone(); }",
        expect![[r#"
            unsafe: `unsafe fn` can do what no check of this function sees (effect `unsafe`)
            unsafe: `unsafe` can do what no check of this function sees (effect `unsafe`)
            std::mem::transmute: `std::mem::transmute` can do what no check of this function sees (effect `unsafe`)
            asm: `asm!` can do what no check of this function sees (effect `unsafe`)
            extern "C": `extern` is foreign code, which no check of this function sees (effect `ffi`)
            libc::getpid: `libc::getpid` is foreign code, which no check of this function sees (effect `ffi`)
            js_sys::Date::now: `js_sys::Date::now` reads the clock (effect `time`)
            web_sys::window: `web_sys::window` calls into JavaScript (effect `js`)
            wasm_bindgen::JsValue::NULL: `wasm_bindgen::JsValue::NULL` calls into JavaScript (effect `js`)
            marked? g
            marked? nix::unistd::getpid
        "#]],
    );
}

#[test]
fn functions_are_asked_for() {
    check(
        "fn f(g: impl Fn(u8) -> u8, v: Vec<u8>) {
            let local = |x| x;
            helper(1); module::helper(2); crate::a::b(3); helper::<u8>(1);
            v.iter().map(mapped).map(g).map(local).map(Some).map(u32::from).map(Type::method);
            f(g, v); nested(1); max(1, 2); std::cmp::min(1, 2); mem::swap(a, b); line(1);
            { use other::thing; thing(1); }
            fn nested(x: u8) { in_nested(x) }
            if let Some(y) = x && y(1) {}
            match x { Some(z) if guard(z) => z(1), other => other() }
        }",
        expect![[r#"
            marked? helper
            marked? module::helper
            marked? crate::a::b
            marked? mapped
            marked? a
            marked? b
            marked? in_nested
            marked? x
            marked? guard
            marked? thing
        "#]],
    );
}

#[test]
fn macros() {
    check(
        "fn f(x: u8) {
            assert!(g(x), \"{}\", COUNT); vec![a(x); 3]; matches!(h(x), Some(y) if k(y));
            unknown!(std::fs::read(p), helper(x), println!(\"\"), unsafe { x });
            quote!(std::fs::read(p));
            macro_rules! local { () => { std::process::exit(1) } }
        }",
        expect![[r#"
            std::fs::read: `std::fs::read` uses the file system (effect `fs`)
            println: `println!` writes to the console or a log, or reads from it (effect `console`)
            unsafe: `unsafe` can do what no check of this function sees (effect `unsafe`)
            marked? g
            marked? a
            marked? h
            marked? k
            immutable? COUNT
        "#]],
    );
}

#[test]
fn conditions() {
    let expansion = crate::purity::expand(
        tokens(""),
        tokens(
            "fn conditional() { #[cfg(test)] println!(\"\"); #[cfg(unix)] helper(1); #[cfg(unix)] { COUNT.get() } }",
        ),
        &site,
    );
    expect![[r#"
        fn conditional() {
            #[cfg(test)]
            ::core::compile_error! {
                "`println!` writes to the console or a log, or reads from it (effect `console`)\nhelp: return the text and let the caller print it, or accept the effect with `allow(console)`"
            }
            #[allow(deprecated, unused_imports)]
            {
                use ::threader::__private::fallback::*;
                #[cfg(unix)]
                {
                    use helper as __threader_mark_0;
                    {
                        __threader_mark_0!(@ pure helper);
                    }
                }
            }
            #[cfg(unix)]
            #[allow(
                clippy::all,
                deprecated,
                non_upper_case_globals,
                static_mut_refs,
                unused_imports,
                unused_unsafe
            )]
            const _: () = {
                let _ = || ::threader::__private::Static(&COUNT).check();
                const COUNT_is_state_that_can_change: &dyn ::threader::__private::Anything = &COUNT;
                ::threader::__private::state_that_can_change_needs_allow_global(
                    COUNT_is_state_that_can_change,
                )
            };
            #[cfg(test)]
            println!("");
            #[cfg(unix)] helper(1);
            #[cfg(unix)] { COUNT.get() }
        }
        #[doc(hidden)]
        #[allow(unused_macros, non_local_definitions)]
        macro_rules! __threader_conditional_34ad64b015a3a183 {
            (@ pure $($path:tt)*) => {};
            (@ task $($call:tt)*) => {
                ::threader::__private::unit! { @ pure $($call)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports, unreachable_pub)]
        use __threader_conditional_34ad64b015a3a183 as conditional;
    "#]].assert_eq(&super::pretty_items(expansion));
}

#[test]
fn permits() {
    check_attribute(
        "allow(console, unsafe), trust(helper, other::module, COUNT, std::env)",
        "fn f() { println!(\"\"); unsafe { g() } helper(1); a::helper(2); other::module::f(); module::f(); COUNT.get(); std::env::var(x); std::fs::read(x); }",
        expect![[r#"
            std::fs::read: `std::fs::read` uses the file system (effect `fs`)
            marked? g
            marked? module::f
            marked? x
        "#]],
    );
    check_attribute(
        "allow(consol, console, console), allow, trust(), trust(\"x\"), name = \"x\"",
        "fn f() {}",
        expect![[r#"
            consol: unknown effect `consol`
            console: `console` is given twice
            allow: `allow` takes effects
            trust(): `trust` takes paths
            trust("x"): `trust` takes paths
            name: unknown argument `name`
        "#]],
    );
}

#[test]
fn blocks_of_functions() {
    check(
        "impl<const N: usize> S<N> { fn a(&self) -> usize { N.pow(2) + helper(1) + Self::b() } fn b() { println!(\"\") } const fn c() { dirty() } }",
        expect![[r#"
            println: `println!` writes to the console or a log, or reads from it (effect `console`)
            marked? helper
        "#]],
    );
    check(
        "trait T { fn a(&self) { std::fs::read(x); } fn b(); }",
        expect![[r#"
        std::fs::read: `std::fs::read` uses the file system (effect `fs`)
        marked? x
    "#]],
    );
    check(
        "struct S;",
        expect![[r#"
        struct: `#[threader::pure]` is for functions, `impl` blocks and traits, and this is a struct
    "#]],
    );
    fine("const fn f() -> u8 { dirty() }");
}

#[test]
fn the_documentation_tells() {
    let expansion = crate::purity::expand(
        tokens("allow(console, time), trust(a::b)"),
        tokens("/// Does it.\n #[inline] pub fn line() {}"),
        &site,
    );
    expect![[r#"
        /// Does it.
        #[inline]
        ///
        /// May: console, time. Trusts: `a::b`.
        pub fn line() {}
    "#]]
    .assert_eq(&super::pretty_items(expansion));
}
