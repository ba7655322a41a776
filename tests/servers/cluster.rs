//! Two ejabberds that are one service: each has its own clients, what one stores the other finds in a common PostgreSQL, and
//! either may go.

use super::ejabberd::{Common, Ejabberd};
use super::postgres::{self, Postgres};
use super::until;

/// The database of the one node, as ejabberd.yml has it.
const SQLITE: &str = "sql_type: sqlite\nsql_database: \"@DIR@/ejabberd.sqlite\"\n";

/// A running cluster. It ends when it is dropped.
pub struct Cluster {
    pub nodes: [Ejabberd; 2],
    pub postgres: Postgres,
}

impl Cluster {
    /// Starts both nodes, and joins the second to the first.
    pub fn start() -> Self {
        let postgres = Postgres::start();
        let config = with(&postgres);
        let common = Common::start();
        let nodes = ["one", "two"].map(|name| Ejabberd::start_node(name, &common, &config));
        for node in &nodes {
            until("the node has started", || node.is_ready());
        }
        let answer = nodes[1].control(&["join_cluster", nodes[0].name()]);
        // The second starts anew in the cluster, behind the same ports.
        until(&format!("the nodes are a cluster: {answer}"), || {
            let known = nodes[1].control(&["list_cluster"]);
            nodes.iter().all(|node| known.contains(node.name())) && nodes[1].is_ready()
        });
        Self { nodes, postgres }
    }
}

/// The config of a node that keeps everything in a PostgreSQL.
fn with(postgres: &Postgres) -> String {
    let single = include_str!("ejabberd.yml");
    assert!(single.contains(SQLITE), "the database of ejabberd.yml has changed");
    let database = format!(
        "sql_type: pgsql\nsql_server: \"127.0.0.1\"\nsql_port: {}\nsql_database: \"{name}\"\nsql_username: \"{name}\"\n",
        postgres.port(),
        name = postgres::NAME,
    );
    // The tests ask where a user is.
    let modules = "modules:\n  mod_admin_extra: {}\n";
    single.replace(SQLITE, &database).replace("modules:\n", modules)
}
