//! Graphs: searches, shortest paths, trees, components.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};

pub type Edges = Vec<Vec<(usize, u64)>>;

#[threader::task]
pub fn hops(edges: &[Vec<usize>], start: usize) -> Vec<Option<u32>> {
    let mut hops = vec![None; edges.len()];
    let mut queue = VecDeque::from([start]);
    hops[start] = Some(0);
    while let Some(node) = queue.pop_front() {
        for &next in &edges[node] {
            if hops[next].is_none() {
                hops[next] = hops[node].map(|n| n + 1);
                queue.push_back(next);
            }
        }
    }
    hops
}

#[threader::task]
pub fn dijkstra(edges: &[Vec<(usize, u64)>], start: usize) -> Vec<u64> {
    let mut best = vec![u64::MAX; edges.len()];
    let mut heap = BinaryHeap::new();
    best[start] = 0;
    heap.push(Reverse((0, start)));
    while let Some(Reverse((cost, node))) = heap.pop() {
        if cost > best[node] {
            continue;
        }
        for &(next, weight) in &edges[node] {
            let through = cost + weight;
            if through < best[next] {
                best[next] = through;
                heap.push(Reverse((through, next)));
            }
        }
    }
    best
}

#[threader::pure]
fn visit(
    node: usize,
    edges: &[Vec<usize>],
    done: &mut HashSet<usize>,
    path: &mut HashSet<usize>,
    order: &mut Vec<usize>,
) -> Result<(), usize> {
    if done.contains(&node) {
        return Ok(());
    }
    if !path.insert(node) {
        return Err(node);
    }
    for &next in &edges[node] {
        visit(next, edges, done, path, order)?;
    }
    path.remove(&node);
    done.insert(node);
    order.push(node);
    Ok(())
}

/// An order in which everything comes after what it needs, or a node of a circle.
#[threader::task]
pub fn topological(edges: &[Vec<usize>]) -> Result<Vec<usize>, usize> {
    let (mut done, mut path) = (HashSet::new(), HashSet::new());
    let mut order = Vec::new();
    for node in 0..edges.len() {
        visit(node, edges, &mut done, &mut path, &mut order)?;
    }
    Ok(order)
}

pub struct DisjointSets {
    parent: Vec<usize>,
    size: Vec<usize>,
}

#[threader::pure]
impl DisjointSets {
    pub fn new(len: usize) -> Self {
        Self {
            parent: (0..len).collect(),
            size: vec![1; len],
        }
    }

    pub fn find(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    pub fn union(&mut self, a: usize, b: usize) -> bool {
        let (mut a, mut b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        if self.size[a] < self.size[b] {
            std::mem::swap(&mut a, &mut b);
        }
        self.parent[b] = a;
        self.size[a] += self.size[b];
        true
    }
}

#[threader::task]
pub fn spanning_tree(nodes: usize, mut edges: Vec<(u64, usize, usize)>) -> u64 {
    edges.sort_unstable();
    let mut sets = DisjointSets::new(nodes);
    edges
        .into_iter()
        .filter(|&(_, a, b)| sets.union(a, b))
        .map(|(weight, ..)| weight)
        .sum()
}

#[threader::pure]
pub fn all_pairs(mut distance: Vec<Vec<Option<i64>>>) -> Vec<Vec<Option<i64>>> {
    let n = distance.len();
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                if let (Some(a), Some(b)) = (distance[i][k], distance[k][j]) {
                    let through = a + b;
                    match distance[i][j] {
                        Some(direct) if direct <= through => {}
                        _ => distance[i][j] = Some(through),
                    }
                }
            }
        }
    }
    distance
}

#[threader::pure]
pub fn bellman_ford(nodes: usize, edges: &[(usize, usize, i64)]) -> Option<Vec<i64>> {
    let mut best = vec![i64::MAX; nodes];
    best[0] = 0;
    for round in 0..=nodes {
        let mut changed = false;
        for &(from, to, weight) in edges {
            if best[from] != i64::MAX && best[from] + weight < best[to] {
                best[to] = best[from] + weight;
                changed = true;
            }
        }
        if !changed {
            return Some(best);
        } else if round == nodes {
            break;
        }
    }
    None
}

#[threader::task]
pub fn components(pairs: &[(String, String)]) -> Vec<Vec<String>> {
    let mut neighbours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (a, b) in pairs {
        neighbours.entry(a).or_default().insert(b);
        neighbours.entry(b).or_default().insert(a);
    }
    let mut seen = BTreeSet::new();
    let mut out = vec![];
    for &start in neighbours.keys() {
        if !seen.insert(start) {
            continue;
        }
        let mut group = vec![start.to_string()];
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            for &next in &neighbours[node] {
                if seen.insert(next) {
                    group.push(next.to_string());
                    stack.push(next);
                }
            }
        }
        group.sort();
        out.push(group);
    }
    out
}

#[threader::pure]
pub fn path_back(parents: &HashMap<u32, u32>, mut node: u32) -> Vec<u32> {
    let mut path = vec![node];
    while let Some(&parent) = parents.get(&node) {
        path.push(parent);
        node = parent;
    }
    path.reverse();
    path
}

#[threader::pure]
pub fn flood_fill(grid: &mut [Vec<u8>], row: usize, column: usize, colour: u8) -> usize {
    let old = grid[row][column];
    if old == colour {
        return 0;
    }
    fn fill(grid: &mut [Vec<u8>], row: isize, column: isize, old: u8, new: u8) -> usize {
        let Some(cell) = usize::try_from(row)
            .ok()
            .and_then(|row| grid.get_mut(row))
            .zip(usize::try_from(column).ok())
            .and_then(|(row, column)| row.get_mut(column))
        else {
            return 0;
        };
        if *cell != old {
            return 0;
        }
        *cell = new;
        1 + [(0, 1), (1, 0), (0, -1), (-1, 0)]
            .iter()
            .map(|(dr, dc)| fill(grid, row + dr, column + dc, old, new))
            .sum::<usize>()
    }
    fill(grid, row as isize, column as isize, old, colour)
}
