using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests.Expressions;

public sealed class TensorSourceTests
{
    [Fact]
    public void ReadRows_StridedTensor_ReadsInRowMajorOrder()
    {
        using Checkpoint zoo = GoldenModels.Open("checkpoint_zoo/odd_tensors.pth");
        CheckpointTensor[] strided =
        [
            .. zoo.TensorList.Where(tensor =>
                !tensor.IsContiguous && tensor.ElementType is TensorElementType.Float32 && tensor.Shape is [> 1, > 1, ..]
            ),
        ];
        Assert.NotEmpty(strided);

        Assert.All(
            strided,
            tensor =>
            {
                var source = new TensorSource(tensor, [.. tensor.Shape.Select(dimension => (int)dimension)]);
                float[] second = new float[source.RowLength];
                source.ReadRows(1, second);

                Assert.Equal(source.RowCount, source.BlockRows);
                Assert.Equal(tensor.ToSingles()[source.RowLength..(2 * source.RowLength)], second);
            }
        );
    }
}
