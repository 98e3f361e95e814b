"""The one grammar of numbers, in English and Chinese: text to quantity and back, periods to text
and back.
"""
