using System.Runtime.InteropServices;
using System.Text;
using VampNet.Onnx;

namespace VampNet.Fuzz;

/// <summary>A model whose only weight lies in a file beside it, with damage to its location, offset and length.</summary>
internal sealed class ExternalHeader
{
    // The three entries of the header, from the tag before "location" on.
    private const int BytesBefore = 4;
    private const int BytesAfter = 60;

    private readonly byte[] _model;
    private readonly int _header;

    /// <summary>Writes the weight's file.</summary>
    /// <param name="folder">An empty folder.</param>
    public ExternalHeader(string folder)
    {
        GraphBuilder g = new("g", 20);
        Value w = g.Weight("w", ElementType.Float, [2, 3], bytes => MemoryMarshal.Cast<byte, float>(bytes).Fill(1));
        g.Output(g.Node("Add", "sum", [g.Input("x", ElementType.Float, 2, 3), w]), "y", ElementType.Float, 2, 3);
        using Model model = g.Build();
        string path = Path.Combine(folder, "m.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions { Threshold = 0 });
        _model = File.ReadAllBytes(path);
        File.Delete(path);
        _header = _model.AsSpan().IndexOf(Encoding.UTF8.GetBytes("location"));
    }

    /// <summary>The model with one to three bytes of the header replaced.</summary>
    public byte[] Mutate(Random random)
    {
        byte[] bytes = (byte[])_model.Clone();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            bytes[random.Next(_header - BytesBefore, Math.Min(_header + BytesAfter, bytes.Length))] = (byte)random.Next(256);
        }

        return bytes;
    }
}
