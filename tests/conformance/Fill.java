/* Fill.java: fills fields of a form with PDFBox and saves incrementally: Fill IN OUT NAME=VALUE… */
import java.io.File;
import java.io.FileOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;

public class Fill {
    public static void main(String[] args) throws Exception {
        try (PDDocument doc = Loader.loadPDF(new File(args[0])); FileOutputStream out = new FileOutputStream(args[1])) {
            for (int i = 2; i < args.length; i++) {
                String[] pair = args[i].split("=", 2);
                doc.getDocumentCatalog().getAcroForm().getField(pair[0]).setValue(pair[1]);
            }
            doc.saveIncremental(out);
        }
    }
}
