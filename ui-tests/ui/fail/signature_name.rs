//! Names whose companion macro would break the standard one.

#[threader::task]
fn line(x: u8) -> u8 {
    x
}

#[threader::task]
pub fn write(x: u8) -> u8 {
    x
}

#[threader::task]
fn test(x: u8) -> u8 {
    x
}

fn main() {
    assert_eq!(line!(), 19);
    println!("{}", line(1) + write(2) + test(3));
}
