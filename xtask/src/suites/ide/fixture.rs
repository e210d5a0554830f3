//! A crate that is edited: tasks, calls of them, and one mistake.

use threader::{all, prepare};

/// A rectangle of a picture.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Tile {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Paints the tile in one shade.
#[threader::task]
pub fn render(tile: Tile, shade: u32) -> Vec<u32> {
    vec![shade; (tile.width * tile.height) as usize]
}

#[threader::task]
pub fn wrong(tile: &mut Tile) -> u32 {
    tile.width
}

pub fn one(tile: Tile) -> threader::Task<Vec<u32>> {
    let luminance = tile.height;
    prepare!(render(tile.clone(), luminance))
}

pub async fn two(tile: Tile) -> Result<(), threader::TaskError> {
    let radiance = tile.height;
    let (left, right) = all!(render(tile.clone(), 1), render(tile.clone(), radiance)).await?;
    drop((left, right));
    Ok(())
}
