using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.Tests.ShapeInference;

namespace VampNet.Onnx.Tests.OpsetConversion;

/// <summary>Damaged graphs are converted or refused; nothing else happens.</summary>
public sealed class HostileConversionTests
{
    [Fact]
    public void Convert_DamagedNodeModels_EndsInADiagnosticAtMost()
    {
        int seed = 0;
        (string, string)[] opTypes = [.. OperatorHistory.All.Select(version => ("", version.OpType)).Distinct()];
        foreach (byte[] bytes in GoldenModels.Nodes.Values)
        {
            using Model model = ModelReader.Read(bytes);
            GraphMutator.Mutate(model, opTypes, new Random(++seed));
            try
            {
                OpsetConverter.Convert(model, seed % 2 == 0 ? 23 : 11);
            }
            catch (OnnxException) { }
        }
    }
}
