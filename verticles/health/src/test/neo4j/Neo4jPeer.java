import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.harness.Neo4j;
import org.neo4j.harness.Neo4jBuilders;

/** A Neo4j on the given port that executes each line of its input as Cypher, until the input ends. */
public class Neo4jPeer {
    public static void main(String[] arguments) throws Exception {
        SocketAddress bolt = new SocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
        Neo4j neo4j = Neo4jBuilders.newInProcessBuilder(Path.of(arguments[1]))
                .withDisabledServer()
                .withConfig(BoltConnector.listen_address, bolt)
                .build();
        System.out.println("neo4j is ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String cypher = lines.readLine(); cypher != null; cypher = lines.readLine()) {
            neo4j.defaultDatabaseService().executeTransactionally(cypher);
            System.out.println("done: " + cypher);
        }
        neo4j.close();
        System.exit(0);
    }
}
