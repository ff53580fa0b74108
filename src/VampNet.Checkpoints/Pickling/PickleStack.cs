using System.Runtime.InteropServices;

namespace VampNet.Checkpoints.Pickling;

/// <summary>The unpickler's stack with its marks. Nothing below the latest mark can be popped.</summary>
internal sealed class PickleStack(int limit)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    public int Count => _values.Count;

    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    public void Push(object? value)
    {
        if (_values.Count == limit)
        {
            throw TooDeep();
        }

        _values.Add(value);
    }

    public void Mark()
    {
        if (_marks.Count == limit)
        {
            throw TooDeep();
        }

        _marks.Add(_values.Count);
    }

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw Underflow();

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public T Pop<T>(PickleOpcode opcode, string expected)
        where T : class =>
        Pop() is T value
            ? value
            : throw new CheckpointException(CheckpointErrorIds.OperandKind, $"opcode {opcode} on a value of another kind", expected);

    /// <summary>Everything above the latest mark, which is removed with it.</summary>
    public object?[] PopMark()
    {
        if (_marks.Count == 0)
        {
            throw Underflow();
        }

        int mark = _marks[^1];
        object?[] values = CollectionsMarshal.AsSpan(_values)[mark..].ToArray();
        _values.RemoveRange(mark, _values.Count - mark);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private CheckpointException TooDeep() =>
        new(
            CheckpointErrorIds.PickleTooLarge,
            $"a pickle that stacks more than {limit} values",
            "the few thousand that PyTorch stacks",
            "The file was not written by PyTorch; do not use it"
        );

    private static CheckpointException Underflow() =>
        new(
            CheckpointErrorIds.PickleStack,
            "a pickle opcode that needs more values than there are",
            "a well-formed pickle",
            "The file is damaged or was made to attack its reader"
        );
}
