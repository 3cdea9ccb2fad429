"""verapdf.py: asks veraPDF about many files in one start."""
import os
import subprocess
import xml.etree.ElementTree as ET

JAR = "lib/cli-1.30.2.jar"


def ask(tools, profile, files):
    """{file: {(rule, description): count}}: empty where the file conforms. A file that veraPDF could not
    judge has the rule "unread"."""
    found = {f: {("unread", "no verdict"): 1} for f in files}
    for start in range(0, len(files), 400):
        ask_some(tools, profile, files[start:start + 400], found)
    return found


def ask_some(tools, profile, files, found):
    command = ["java", "-Xmx3g", "-cp", os.path.join(tools, JAR), "org.verapdf.apps.GreenfieldCliWrapper", "-f", profile,
               "--format", "xml", "--maxfailuresdisplayed", "1"]
    done = subprocess.run(command + files, capture_output=True, timeout=3000)
    by_name = {os.path.realpath(f): f for f in files}
    for job in ET.fromstring(done.stdout).iter("job"):
        file = by_name.get(os.path.realpath(job.findtext("item/name", "")))
        report = job.find("validationReport")
        if file is None or report is None:
            continue
        rules = {}
        for rule in report.iter("rule"):
            if rule.get("status") == "failed":
                name = "%s-%s" % (rule.get("clause"), rule.get("testNumber"))
                context = rule.findtext("check/context", "")
                rules[(name, "%s [%s]" % (rule.findtext("description", "")[:160], context[-160:]))] = int(rule.get("failedChecks", 1))
        if report.get("isCompliant") != "true" and not rules:
            rules[("unread", "not compliant, no rule told")] = 1
        found[file] = rules
