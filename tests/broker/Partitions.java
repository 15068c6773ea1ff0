// Says which partition Kafka's Java client puts each key of standard input in: a line is a key in hexadecimal digits and a number of partitions.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.HexFormat;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

public class Partitions {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", -1);
            byte[] key = HexFormat.of().parseHex(words[0]);
            System.out.println(BuiltInPartitioner.partitionForKey(key, Integer.parseInt(words[1])));
        }
    }
}
