"""Remittance advice of invented payers, one of each form. All say the same: two documents, one less a discount."""

import io

import xlsxwriter

REMADV = (
    "UNA:+.? 'UNB+UNOC:3+KAROO+US+260410:1200+1'UNH+1+REMADV:D:96A:UN'BGM+481+PAY-778+9'DTM+137:20260410:102'"
    "CUX+2:ZAR:11'NAD+PR+++Karoo Hosting?'s'DOC+380+IN-000123'MOA+77:1150.00'MOA+12:1127.00'MOA+52:23.00'"
    "DOC+380+IN-000124'MOA+12:500.00'UNS+S'MOA+12:1627.00'UNT+15+1'UNZ+1+1'"
)
X12 = (
    "ISA*00*          *00*          *ZZ*KAROO          *ZZ*US             *260410*1200*U*00401*000000001*0*P*>~"
    "GS*RA*K*B*20260410*1200*1*X*004010~ST*820*0001~BPR*C*1627*C*ACH*CCP*01*1*DA*1*1**01*1*DA*1*20260410~"
    "TRN*1*PAY-778~CUR*PR*ZAR~N1*PR*Karoo Hosting~RMR*IV*IN-000123**1127*1150*23~RMR*IV*IN-000124**500~SE*9*0001~"
)
TABLE = [
    ["Karoo Hosting", "", "", "", ""],
    ["Paid in ZAR on", "2026-04-10", "", "", ""],
    ["Invoice no", "Invoice amount", "Discount", "Amount paid", "Remark"],
    ["IN-000123", "1150.00", "23.00", "1127.00", "discount"],
    ["IN-000124", "500.00", "", "500.00", ""],
    ["Total", "", "", "1627.00", ""],
]
CSV = "\r\n".join(";".join(row) for row in TABLE)
EUROPEAN_CSV = CSV.replace(".00", ",00")
TEXT = """We paid on 2026-04-10, payment reference PAY-778:

IN-000123   2026-03-01   1,150.00   -23.00   1,127.00  discount
IN-000124   500.00
Total ZAR 1,627.00
"""
MAIL = (
    "From: accounts@karoo.example\r\nSubject: Remittance\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n" + TEXT
)


def workbook():
    """The table as a spreadsheet, below an empty sheet."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.add_worksheet("Cover")
        sheet = book.add_worksheet("Payment")
        for place, row in enumerate(TABLE):
            sheet.write_row(place, 0, [float(cell) if cell.endswith(".00") else cell for cell in row])
    return written.getvalue()


def pdf():
    """The text as a PDF file of one page, written by hand."""
    shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj T*\n" for line in TEXT.splitlines())
    stream = f"BT /F1 10 Tf 12 TL 40 700 Td\n{shown}ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Font << /F1 5 0 R >> >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode()


SAMPLES = {
    "REMADV": REMADV.encode(),
    "X12 820": X12.encode(),
    "CSV": CSV.encode(),
    "CSV with decimal commas": EUROPEAN_CSV.encode("utf-8-sig"),
    "XLSX": workbook(),
    "TEXT": TEXT.encode("cp1252"),
    "MAIL": MAIL.encode(),
    "PDF": pdf(),
}
