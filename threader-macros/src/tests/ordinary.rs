//! Ordinary code, in which the walk finds no effect and nothing to ask.

use super::purity::fine;

#[test]
fn ordinary_code() {
    for source in [
        "fn f(xs: &mut [f64]) { xs.sort_by(|a, b| a.total_cmp(b)); let n = xs.len() as f64; for x in xs.iter_mut() { *x /= n.sqrt(); } }",
        "fn f(text: &str) -> Option<(u32, &str)> { let (a, b) = text.split_once(':')?; Some((a.trim().parse().ok()?, b)) }",
        "fn f<T: Ord + Clone>(xs: &[T]) -> Vec<T> { let mut ys = xs.to_vec(); ys.sort(); ys.dedup(); ys }",
        "fn f(n: u64) -> u64 { match n { 0 | 1 => n, n => f(n - 1) + f(n - 2) } }",
        "fn f(a: &[Vec<usize>], start: usize) -> Vec<usize> { let mut seen = vec![false; a.len()]; let mut queue = VecDeque::from([start]); let mut out = vec![]; while let Some(x) = queue.pop_front() { if std::mem::replace(&mut seen[x], true) { continue; } out.push(x); queue.extend(a[x].iter().copied().filter(|&y| !seen[y])); } out }",
        "fn f(x: Shape) -> f64 { use Shape::*; use std::f64::consts::PI; match x { Circle { r } => PI * r * r, Square(s) => s * s, _ => 0.0 } }",
        "fn f(s: &str) -> String { let mut out = String::new(); for (i, c) in s.chars().enumerate() { write!(out, \"{i}{c:?}\").unwrap(); } out }",
        "fn f(xs: &[i32]) -> Result<i32, String> { xs.iter().try_fold(0i32, |a, &b| a.checked_add(b)).ok_or_else(|| \"overflow\".to_owned()) }",
        "fn f() -> u32 { const N: usize = 4; const T: [u32; N] = [1, 2, 3, 4]; let total: u32 = T.into_iter().sum(); total }",
        "fn f(c: char) -> bool { matches!(c, 'a'..='z' | '_') || c.is_ascii_digit() }",
        "fn f(x: u32) -> u32 { let cell = Cell::new(x); cell.set(cell.get() + 1); let shared = Rc::new(RefCell::new(vec![x])); shared.borrow_mut().push(1); cell.get() }",
        "fn f(p: &Path) -> Option<PathBuf> { let name = p.file_name()?; Some(p.with_extension(\"txt\").join(name)) }",
        "fn f(board: &Board) -> bool { board.exists() && board.pieces.iter().any(|p| p.is_file(3) && p.metadata().is_some()) }",
        "fn f(a: [u8; 4]) -> IpAddr { std::net::IpAddr::from(a) }",
        "fn f(v: Value) -> Value { serde_json::from_str(&serde_json::to_string(&v).unwrap()).unwrap() }",
        "fn f(x: &str) -> bool { let re = regex::Regex::new(r\"^\\d+$\").unwrap(); re.is_match(x) }",
        "fn f(d: Duration) -> u64 { (SystemTime::UNIX_EPOCH + d).duration_since(UNIX_EPOCH).unwrap().as_secs() + Duration::from_millis(3).as_secs() }",
        "fn f(xs: &[u8]) -> u64 { let mut h = DefaultHasher::new(); xs.hash(&mut h); h.finish() }",
        "fn f(s: State) -> State { State { count: s.count + 1, ..s } }",
        "fn f(xs: Vec<Option<u8>>) -> Option<Vec<u8>> { xs.into_iter().map(|x| x.map(u8::reverse_bits)).collect() }",
        "fn f(a: u32) -> u32 { let b = { let c = a; c + 1 }; 'outer: loop { for i in 0..b { if i > 3 { break 'outer; } } break; } b }",
        "fn f(e: Error) -> Result<(), Error> { if e.code == Code::A { error!(e) } else { Err(e)? } }",
        "fn f(env: &Env, log: Vec<u8>, time: u8, process: impl Fn(u8), fs: F) { env.var(1); process(time); log.len(); fs.read(); }",
        "fn f(x: &dyn Fn(u8) -> u8, table: [fn(u8) -> u8; 2]) -> u8 { table[0](x(1)) }",
        "fn f(xs: &[f32]) -> f32 { let [a, b, .., z] = xs else { return 0.0 }; let (mut lo, hi) = (*a, *b); lo += hi; lo.max(*z) }",
        "fn f(x: Option<u8>) -> u8 { let Some(y) = x else { unreachable!(\"{x:?}\") }; if let 1 | 2 = y { y } else { todo!() } }",
    ] {
        fine(source);
    }
}
