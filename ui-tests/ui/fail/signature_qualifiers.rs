//! Functions that are not plain ones.

#[threader::task]
async fn waits(x: u8) -> u8 {
    x
}

#[threader::task]
unsafe fn promises(x: u8) -> u8 {
    x
}

#[threader::task]
extern "C" fn called_from_c(x: u8) -> u8 {
    x
}

struct Image;

impl Image {
    #[threader::task]
    fn blur(&self, radius: u8) -> u8 {
        radius
    }

    #[threader::task]
    fn drop_it(self: Box<Self>) {}
}

fn main() {
    // The functions are there all the same.
    let _ = waits(1);
    let _ = unsafe { promises(1) };
    let _ = called_from_c(1);
    let _ = Image.blur(1);
    Box::new(Image).drop_it();
}
