/* Fill.java: fills fields of a form, with all that stand below such a name, with PDFBox and saves
 * incrementally: Fill IN OUT NAME=VALUE… */
import java.io.File;
import java.io.FileOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;

public class Fill {
    public static void main(String[] args) throws Exception {
        try (PDDocument doc = Loader.loadPDF(new File(args[0])); FileOutputStream out = new FileOutputStream(args[1])) {
            for (int i = 2; i < args.length; i++) {
                String[] pair = args[i].split("=", 2);
                for (PDField field : doc.getDocumentCatalog().getAcroForm().getFieldTree())
                    if (field instanceof PDTerminalField && (field.getFullyQualifiedName() + ".").startsWith(pair[0] + "."))
                        field.setValue(pair[1]);
            }
            doc.saveIncremental(out);
        }
    }
}
