using System.Text;
using Google.Protobuf;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Tests;

public sealed class HostileModelTests
{
    private const int Cases = 20_000;

    [Fact]
    public void Read_MutatedModels_GiveOnlyDiagnostics()
    {
        Random random = new(20_240_229);
        byte[][] models = [.. GoldenModels.Nodes.Values];
        int read = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = ModelMutator.Mutate(models[i % models.Length], random);
            try
            {
                using Model model = ModelReader.Read(bytes);
                _ = ModelVerifier.Verify(model);
                Assert.NotEmpty(ModelPrinter.Print(model));
                using Model again = ModelReader.Read(ModelWriter.ToBytes(model));
                read++;
            }
            catch (OnnxException exception)
            {
                Assert.StartsWith("VNO0", exception.Id, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, Cases / 10, Cases - 1);
    }

    [Fact]
    public void Read_MutatedExternalDataHeaders_GiveOnlyDiagnostics()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.File("w.bin"), new byte[64]);
        TensorProto tensor = new() { Name = "w", DataType = 1, Dims = { 2, 3 }, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.AddRange([Entry("location", "w.bin"), Entry("offset", "8"), Entry("length", "24")]);
        ModelProto proto = ModelProtos.Model(ModelProtos.Node("Identity", "x", "y"));
        proto.Graph.Initializer.Add(tensor);
        byte[] bytes = proto.ToByteArray();
        int header = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes("location"));
        Random random = new(7);
        int refused = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte[] mutated = (byte[])bytes.Clone();
            int changes = random.Next(1, 4);
            for (int j = 0; j < changes; j++)
            {
                mutated[random.Next(header - 4, header + 50)] = (byte)random.Next(256);
            }

            try
            {
                using Model model = ModelReader.Read(mutated, folder.Root);
                _ = ModelWriter.ToBytes(model);
            }
            catch (OnnxException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 2_000);
        Assert.Equal(["w.bin"], folder.FileNames);
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
